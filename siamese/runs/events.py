"""The curves and the network's graph as TensorBoard reads them: tensorboard --logdir FOLDER

Event files are simple: records of length, masked CRC-32C, and an Event protocol buffer. They are written here by hand,
since TensorFlow's own scalars need the TensorBoard package, and other threads, which would write past an error.
"""

from __future__ import annotations

import pathlib
import shutil
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from siamese.runs import files

EVERY = 10
"""Steps between two points of the training curves; validations are all there."""
TAGS = ("loss", "pairs", "shot", "pair_accuracy", "validation", "background")


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_CRC = _table()


def _masked_crc(content: bytes) -> bytes:
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 255]
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes((*out, number))


def _field(number: int, content: bytes) -> bytes:
    """A protocol buffer's field of bytes."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _framed(event: bytes) -> bytes:
    length = struct.pack("<Q", len(event))
    return length + _masked_crc(length) + event + _masked_crc(event)


def _event(when: float, payload: bytes, step: int = 0) -> bytes:
    """Event: wall_time 1, step 2, then file_version 3, graph_def 4 or summary 5."""
    return _framed(struct.pack("<Bd", 1 << 3 | 1, when) + _varint(2 << 3) + _varint(step) + payload)


def scalars(record: Mapping[str, Any], when: float) -> bytes:
    """A record of the curve as one Event; empty when there is nothing of it to show."""
    if "loss" in record and record["step"] % EVERY and record["step"] != 1:
        return b""
    values = [_field(1, tag.encode()) + struct.pack("<Bf", 2 << 3 | 5, record[tag]) for tag in TAGS if tag in record]
    return _event(when, _field(5, b"".join(_field(1, value) for value in values)), record["step"]) if values else b""


class Events:
    """The event file of one start of a run; the file of the start before goes.

    It begins with the graph, a serialised GraphDef, and the curve so far.
    """

    def __init__(self, folder: pathlib.Path, curve: Sequence[Mapping[str, Any]], graph: bytes):
        with files.explained(str(folder)):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            now = time.time()
            self.file = folder / f"events.out.tfevents.{time.time_ns()}.siamese"
            self._out: BinaryIO = self.file.open("ab", buffering=0)
            opening = _event(now, _field(3, b"brain.Event:2")) + _event(now, _field(4, graph))
            self._out.write(opening + b"".join(scalars(record, now) for record in curve))

    def add(self, record: Mapping[str, Any]) -> None:
        """Append a record of the curve. Raises WriteError."""
        if content := scalars(record, time.time()):
            with files.explained(str(self.file)):
                self._out.write(content)

    def close(self) -> None:
        """Let go of the file."""
        self._out.close()
