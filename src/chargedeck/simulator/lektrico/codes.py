"""The ways in which a device says no: its error codes and their texts; decides nothing."""

from enum import IntEnum


class Code(IntEnum):
    """The codes of the vendor's public lists; `NO_HANDLER` is that of the firmware's RPC layer."""

    GENERAL = -1
    FORMAT = -2
    LENGTH = -3
    RANGE = -4
    TYPE = -5
    KEY = -6
    PROHIBITED = -7
    NO_HANDLER = 404


_TEXTS = {
    Code.GENERAL: "General error.",
    Code.FORMAT: "Error in the request format.",
    Code.LENGTH: "Error string length.",
    Code.RANGE: "Error value out of range.",
    Code.TYPE: "Error wrong type.",
    Code.KEY: "Error uknown key.",
    Code.PROHIBITED: "Error prohibited action.",
}


class RpcError(Exception):
    """A request that is answered with an error object."""

    def __init__(self, code: Code, message: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = _TEXTS[code] if message is None else message
