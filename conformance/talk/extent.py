"""Whether a DICOM file goes on to the end of its pixels, told while it passes by (PS3.5, sections 7 and A.4).

Nothing is kept but the head of one element. Of a file that cannot be followed, nothing is said.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_LEAD, _MAGIC = 132, b"DICM"
_META = 0x0002
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_DELIMITING = 0xFFFE
_PIXELS = 0x7FE00010
_SYNTAX = 0x00020010
_UNDEFINED = 0xFFFFFFFF
# PS3.5, table 7.1-1 and 7.1-2: with two bytes of length, and with four behind two that are reserved.
_SHORT = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_IMPLICIT, _BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
_OF_DICOM = "1.2.840.10008.1.2."
_DEFLATED = frozenset(f"{_OF_DICOM}{end}" for end in ("1.99", "4.95", "4.205", "8.1"))
_LONGEST_SYNTAX = 64
# A file of more elements, or of sequences that are deeper within each other, is not followed to its end.
_MOST_ELEMENTS = 1_000_000
_DEEPEST = 50


class _Lost(Exception):  # noqa: N818 - what cannot be followed is no error
    """What comes is not understood, so that nothing is said of it."""


@dataclass(slots=True)
class _Level:
    """Where elements stand beside each other: the data set, or a sequence or item of undefined length."""

    implicit: bool
    items: bool = False
    pixels: bool = False
    last: int = -1


@dataclass(slots=True)
class Extent:
    """Follows a file as it comes; once it is over, `short` tells what is missing at its end."""

    _need: int = _LEAD
    _held: bytearray = field(default_factory=bytearray)
    _skip: int = 0
    _levels: list[_Level] = field(default_factory=list)
    _order: str = "<"
    _meta: bool = True
    _syntax: str = ""
    _reading: int = 0
    _seen: int = 0
    # Of the pixels: how many bytes there are to be, of those that are not in fragments.
    _length: int = 0
    _over: bool = False

    def write(self, data: bytes) -> None:
        """Take some of the file."""
        at = 0
        while at < len(data) and not self._over:
            at += self._passed(len(data) - at) if self._skip else self._taken(data[at : at + self._need])

    @property
    def short(self) -> str:
        """Return where the file is cut off if it ends here; nothing where it is whole, or cannot be told."""
        if self._over or not self._levels:
            return ""
        if self._length:
            return f"its pixels end after {self._length - self._skip} of {self._length} bytes"
        if any(level.pixels for level in self._levels):
            return "its pixels end without their delimiter"
        tag = f"{self._levels[-1].last:08X}"
        return f"it ends in the middle of ({tag[:4]},{tag[4:]})" if self._skip else ""

    def _passed(self, there: int) -> int:
        step = min(self._skip, there)
        self._skip -= step
        # What stands behind the pixels makes no difference.
        self._over = bool(self._length) and not self._skip
        return step

    def _taken(self, some: bytes) -> int:
        taken = some[: self._need - len(self._held)]
        self._held += taken
        if len(self._held) >= self._need:
            try:
                self._understand(bytes(self._held))
            except (_Lost, struct.error):
                self._over = True
        return len(taken)

    def _next(self, need: int = 8) -> None:
        self._held.clear()
        self._need = need

    def _understand(self, head: bytes) -> None:
        if not self._levels:
            self._begin(head)
        elif self._reading:
            self._syntax, self._reading = head[: self._reading].decode("latin-1").rstrip("\0 "), 0
            self._next()
        else:
            self._element(head)

    def _begin(self, head: bytes) -> None:
        if head[_LEAD - len(_MAGIC) :] != _MAGIC:
            raise _Lost
        self._levels.append(_Level(implicit=False))
        self._next()

    def _element(self, head: bytes) -> None:
        if self._meta and struct.unpack("<H", head[:2])[0] != _META:
            self._leave_meta()
        level = self._levels[-1]
        group, element = struct.unpack(f"{self._order}HH", head[:4])
        tag = group << 16 | element
        plain = level.implicit or group == _DELIMITING
        vr = b"" if plain else head[4:6]
        if vr in _LONG and len(head) < 12:  # noqa: PLR2004 - PS3.5, table 7.1-1
            self._need = 12
            return
        self._count(level, tag)
        self._enter(level, tag, vr, self._length_of(head, vr, plain=plain))

    def _length_of(self, head: bytes, vr: bytes, *, plain: bool) -> int:
        if not plain and vr not in _SHORT | _LONG:
            raise _Lost
        form, at = ("H", 6) if vr in _SHORT else ("I", 8 if vr in _LONG else 4)
        length: int = struct.unpack_from(f"{self._order}{form}", head, at)[0]
        return length

    def _leave_meta(self) -> None:
        syntax, self._meta = self._syntax, False
        known = syntax == _IMPLICIT or (syntax.startswith(_OF_DICOM) and syntax not in _DEFLATED)
        if not known:
            raise _Lost
        self._levels = [_Level(implicit=syntax == _IMPLICIT)]
        self._order = ">" if syntax == _BIG else "<"

    def _count(self, level: _Level, tag: int) -> None:
        """Take note of an element; its tag has to be one that may stand here."""
        self._seen += 1
        delimits = tag >> 16 == _DELIMITING
        ordered = delimits == level.items if level.items else tag > level.last
        if self._seen > _MOST_ELEMENTS or not ordered:
            raise _Lost
        if not delimits:
            level.last = tag

    def _enter(self, level: _Level, tag: int, vr: bytes, length: int) -> None:
        top = len(self._levels) == 1
        if tag in {_ITEM_END, _SEQUENCE_END}:
            self._leave(tag)
        elif length == _UNDEFINED:
            self._open(level, tag, vr)
        elif self._meta and tag == _SYNTAX:
            self._read_syntax(length)
            return
        elif top and tag == _PIXELS:
            self._length, self._skip = length, length
            self._over = not length
        else:
            self._skip = length
        self._next()

    def _read_syntax(self, length: int) -> None:
        if not 0 < length <= _LONGEST_SYNTAX:
            raise _Lost
        self._reading = length
        self._next(length)

    def _open(self, level: _Level, tag: int, vr: bytes) -> None:
        if len(self._levels) >= _DEEPEST or level.pixels:
            raise _Lost
        # PS3.5, section 6.2.2, note 2: UN without a length is a sequence that is written implicitly.
        implicit = level.implicit or vr == b"UN"
        pixels = len(self._levels) == 1 and tag == _PIXELS
        self._levels.append(_Level(implicit=implicit, items=not level.items, pixels=pixels))

    def _leave(self, tag: int) -> None:
        left = self._levels.pop()
        if not self._levels or left.items != (tag == _SEQUENCE_END):
            raise _Lost
        self._over = left.pixels
