"""The drawings that stand for images: eight by six squares of colour, different for each image and frame."""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Squares of the size of JPEG's blocks, so that a drawing is the same in every format.
SIDE = 8
ACROSS, DOWN = 8, 6
COLUMNS, ROWS = ACROSS * SIDE, DOWN * SIDE

Colour = tuple[int, int, int]
_GROUND = (224, 190, 168)


@cache
def squares(name: str) -> tuple[tuple[Colour, ...], ...]:
    """Return the squares of a drawing, row by row: a spot on even ground."""
    seed = hashlib.sha256(name.encode()).digest()
    spot = (60 + seed[0] % 80, 30 + seed[1] % 60, 20 + seed[2] % 60)
    centre, reach = (2 + seed[3] % 4, 2 + seed[4] % 2), 3 + seed[5] % 6

    def colour(x: int, y: int) -> Colour:
        inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= reach
        red, green, blue = spot if inside else _GROUND
        # The first square is a mark of this drawing alone.
        return (seed[6], seed[7], seed[8]) if (x, y) == (0, 0) else (red, green, blue)

    return tuple(tuple(colour(x, y) for x in range(ACROSS)) for y in range(DOWN))


def grey(drawn: tuple[tuple[Colour, ...], ...]) -> tuple[tuple[Colour, ...], ...]:
    """Return a drawing without its colours."""
    return tuple(tuple((sum(colour) // 3,) * 3 for colour in row) for row in drawn)


def lines(drawn: tuple[tuple[Colour, ...], ...]) -> Iterator[bytes]:
    """Yield the lines of pixels, three bytes each."""
    for row in drawn:
        line = bytes(chain.from_iterable(colour for colour in row for _ in range(SIDE)))
        yield from (line for _ in range(SIDE))


def pixels(drawn: tuple[tuple[Colour, ...], ...]) -> bytes:
    """Return all pixels, three bytes each."""
    return b"".join(lines(drawn))


def numbers(drawn: tuple[tuple[Colour, ...], ...]) -> bytes:
    """Return all pixels as numbers of twelve bits in two bytes each, the lower first."""
    return b"".join((line[at] << 4).to_bytes(2, "little") for line in lines(grey(drawn)) for at in _FIRST)


_FIRST = range(0, COLUMNS * 3, 3)
