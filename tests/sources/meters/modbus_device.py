"""A Modbus TCP device on a real socket, from the Modbus Application Protocol; knows function 3 alone."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, NO_TARGET = 1, 2, 11


@dataclass
class ModbusDevice:
    """Holding registers by address; may be changed while it runs."""

    registers: dict[int, int]
    unit: int = 1
    gateway: bool = False
    """Whether it says that nobody is behind another unit id; a plain device says nothing at all."""
    silent: bool = False
    cuts: bool = False
    """Whether it hangs up instead of answering."""
    port: int = 0
    asked: list[tuple[int, int]] = field(default_factory=list)
    connections: int = 0

    def answer(self, unit: int, pdu: bytes) -> bytes | None:
        """The answer to one request, or None for nothing."""
        function, address, count = struct.unpack(">BHH", pdu[:5])
        if unit != self.unit:
            return bytes([function | 0x80, NO_TARGET]) if self.gateway else None
        if function != 3:
            return bytes([function | 0x80, ILLEGAL_FUNCTION])
        self.asked.append((address, count))
        if any(at not in self.registers for at in range(address, address + count)):
            return bytes([function | 0x80, ILLEGAL_ADDRESS])
        words = [self.registers[at] for at in range(address, address + count)]
        return struct.pack(f">BB{count}H", 3, 2 * count, *words)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                transaction, protocol, length, unit = struct.unpack(">HHHB", await reader.readexactly(7))
                pdu = await reader.readexactly(length - 1)
                if self.cuts:
                    return
                answer = None if self.silent else self.answer(unit, pdu)
                if answer is not None:
                    head = struct.pack(">HHHB", transaction, protocol, len(answer) + 1, unit)
                    writer.write(head + answer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the other end has gone, or the test is over
        finally:
            writer.close()


@asynccontextmanager
async def modbus(device: ModbusDevice) -> AsyncIterator[ModbusDevice]:
    """The device runs until the block is left; a port that it had before is taken again."""
    server = await asyncio.start_server(device.serve, "127.0.0.1", device.port)
    device.port = server.sockets[0].getsockname()[1]
    try:
        yield device
    finally:
        server.close()
