"""WebSocket frames of a client, built once and overwritten in place; knows nothing of OCPP."""

_KEY = 0x5A
_MASKED = bytes(byte ^ _KEY for byte in range(256))
"""A masking key of four equal bytes: the server has to unmask all the same, and we need not count."""

TEXT, PONG = 1, 10


def masked(payload: bytes) -> bytes:
    """Bytes as they travel."""
    return payload.translate(_MASKED)


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One whole frame."""
    return _header(len(payload), opcode) + masked(payload)


def _header(size: int, opcode: int) -> bytes:
    head = bytes([0x80 | opcode])
    if size < 126:
        return head + bytes([0x80 | size]) + bytes([_KEY] * 4)
    if size < 1 << 16:
        return head + b"\xfe" + size.to_bytes(2, "big") + bytes([_KEY] * 4)
    raise ValueError(f"a frame of {size} bytes is longer than any message of the load")


class Template:
    """A frame with fields of fixed width; `{name}` in the text is a field, padded with blanks."""

    __slots__ = ("buffer", "places")

    def __init__(self, text: str, widths: dict[str, int]) -> None:
        self.places: dict[str, slice] = {}
        payload = text
        for name, width in widths.items():
            payload = payload.replace("{" + name + "}", chr(1) * width)
        self.buffer = bytearray(frame(payload.encode()))
        lead = len(self.buffer) - len(payload.encode())
        self._find(text, widths, lead)

    def _find(self, text: str, widths: dict[str, int], at: int) -> None:
        while text:
            before, brace, rest = text.partition("{")
            at += len(before)
            name, _, after = rest.partition("}")
            if name in widths:
                self.places[name] = slice(at, at + widths[name])
                at, text = at + widths[name], after
            else:
                at, text = at + len(brace), rest
