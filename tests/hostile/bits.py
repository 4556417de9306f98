"""Bit streams that cost their decoder much more than their size: empty deflate blocks, and tables of lossless WEBP."""

from __future__ import annotations

import math
import struct


class _Bits:
    """Bits, the least significant first."""

    def __init__(self) -> None:
        self._value = self._count = 0
        self._bytes = bytearray()

    def put(self, *fields: tuple[int, int]) -> None:
        """Values with their numbers of bits."""
        for value, count in fields:
            self._value |= value << self._count
            self._count += count
            while self._count >= 8:
                self._bytes.append(self._value & 255)
                self._value >>= 8
                self._count -= 8

    def content(self) -> bytes:
        return bytes(self._bytes) + (bytes([self._value]) if self._count else b"")


def zlib_of_empty_blocks(size: int) -> bytes:
    """A zlib stream of about `size` bytes: blocks of 11 bytes with new Huffman codes and no data (RFC 1951, 3.2.7)."""
    bits = _Bits()
    lengths = [0] * 18  # of the codes for code lengths, in the order of the standard: only 18 (zeros) and 1
    lengths[2] = lengths[17] = 1
    block = [(0, 1), (2, 2), (0, 5), (0, 5), (14, 4), *((length, 3) for length in lengths)]
    block += [
        (1, 1),
        (138 - 11, 7),
        (1, 1),
        (118 - 11, 7),
        (0, 1),
        (0, 1),
    ]  # 256 zeros, then the end symbol and a distance
    block += [(0, 1)]  # the end symbol
    for _ in range(8):  # eight blocks are whole bytes
        bits.put(*block)
    period = bits.content()
    return b"\x78\x9c" + period * math.ceil(size / len(period))


def lossless_webp(side: int, groups: int) -> bytes:
    """A blank lossless WEBP whose tiles of 4x4 px use `groups` sets of Huffman tables, 5.7 KB of memory each."""
    bits = _Bits()
    bits.put((0x2F, 8), (side - 1, 14), (side - 1, 14), (0, 4))
    bits.put((0, 1), (0, 1), (1, 1), (0, 3))  # no transform, no cache, groups by tiles of 4 px
    bits.put((0, 1))
    _put_full_code(bits, 280)  # green and red: every tile names its group by 16 bits
    _put_full_code(bits, 256)
    for symbol in (0, 255, 0):
        _put_single_code(bits, symbol)
    tiles = math.ceil(side / 4)
    for i in range(tiles * tiles):
        group = i % groups
        bits.put((_reversed(group & 255), 8), (_reversed(group >> 8), 8))
    for _ in range(groups):
        for symbol in (0, 0, 0, 255, 0):
            _put_single_code(bits, symbol)
    data = bits.content()
    body = b"VP8L" + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _put_single_code(bits: _Bits, symbol: int) -> None:
    bits.put((1, 1), (0, 1), *(((0, 1), (symbol, 1)) if symbol < 2 else ((1, 1), (symbol, 8))))


def _put_full_code(bits: _Bits, symbols: int) -> None:
    """A code of 8 bits for each of the first 256 symbols."""
    order = (17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8)
    bits.put((0, 1), (len(order) - 4, 4), *((int(length in (0, 8)), 3) for length in order), (0, 1))
    bits.put(*((int(i < 256), 1) for i in range(symbols)))


def _reversed(byte: int) -> int:
    return int(f"{byte:08b}"[::-1], 2)
