"""Drawings as PNG and as JPEG, without any library: a drawing is made of even squares of eight pixels."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from conformance.server.imaging.drawing import COLUMNS, ROWS, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.server.imaging.drawing import Colour

    Drawing = tuple[tuple[Colour, ...], ...]

_NO_FILTER = b"\0"


def png(drawn: Drawing) -> bytes:
    """Return a drawing as PNG (ISO/IEC 15948), eight bits a colour."""
    head = struct.pack(">IIBBBBB", COLUMNS, ROWS, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(_NO_FILTER + line for line in lines(drawn)), 9)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


# ITU-T T.81, table K.3: how many codes there are of each length, and the categories that they stand for.
_LENGTHS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
_CATEGORIES = tuple(range(12))
# An even block has no other coefficient than its mean: the one code of the other table ends the block.
_END_OF_BLOCK = ("0", (1, *[0] * 15), (0,))


def jpeg(drawn: Drawing) -> bytes:
    """Return a drawing as baseline JPEG (ITU-T T.81): of every block no more than its mean is written."""
    # A mean is eight times the value; a step of eight makes it the value again.
    quantised = bytes([0, *[8] * 64])
    frame = struct.pack(">BHHB", 8, ROWS, COLUMNS, 3) + bytes([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
    means = bytes([0x00, *_LENGTHS, *_CATEGORIES])
    ends = bytes([0x10, *_END_OF_BLOCK[1], *_END_OF_BLOCK[2]])
    scan = bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])
    jfif = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    segments = ((0xE0, jfif), (0xDB, quantised), (0xC0, frame), (0xC4, means), (0xC4, ends), (0xDA, scan))
    return b"\xff\xd8" + b"".join(_segment(*one) for one in segments) + _entropy(drawn) + b"\xff\xd9"


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def _entropy(drawn: Drawing) -> bytes:
    bits = "".join(_bits(drawn))
    padded = bits + "1" * (-len(bits) % 8)
    coded = int(padded, 2).to_bytes(len(padded) // 8)
    return coded.replace(b"\xff", b"\xff\0")


def _bits(drawn: Drawing) -> Iterator[str]:
    before = (0, 0, 0)
    for row in drawn:
        for colour in row:
            now = _luminance(colour)
            for value, last in zip(now, before, strict=True):
                yield from (_difference(value - last), _END_OF_BLOCK[0])
            before = now


def _difference(value: int) -> str:
    """Return a difference of means as T.81 codes it: its category, then its bits (F.1.2.1)."""
    size = abs(value).bit_length()
    if not size:
        return _CODES[0]
    return _CODES[size] + format(value if value > 0 else value + (1 << size) - 1, f"0{size}b")


def _luminance(colour: Colour) -> tuple[int, int, int]:
    """Return Y, Cb and Cr about zero (JFIF 1.02)."""
    red, green, blue = colour
    return (
        round(0.299 * red + 0.587 * green + 0.114 * blue) - 128,
        round(-0.168736 * red - 0.331264 * green + 0.5 * blue),
        round(0.5 * red - 0.418688 * green - 0.081312 * blue),
    )


def _codes() -> Iterator[str]:
    """Yield the codes of the table of means in order (T.81, C.2)."""
    code = 0
    for length, number in enumerate(_LENGTHS, 1):
        for _ in range(number):
            yield format(code, f"0{length}b")
            code += 1
        code <<= 1


_CODES = tuple(_codes())
