"""What a body of bytes is, told while it passes by: hashes, formats, and the parts of a multipart body."""

from __future__ import annotations

import base64
import codecs
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.talk import part10
from conformance.talk.extent import Extent
from conformance.talk.multipart import Splitter, boundary_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json

# A study of so many instances is rare; of more, the rest is counted.
MOST_PARTS = 1000
_MOST_COUNTED = 100_000
_MULTIPART = "multipart/"
_LONGEST = 200
# One that is cut would no longer be known for a secret.
_LONGEST_ADDRESS = 500
# Of each part only its beginning is kept, to tell what it is.
_SNIFFED = part10.PREAMBLE + len(part10.MAGIC)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
# The first bytes of what may be sent as an image or instead of one; the first row that fits says it.
_FORMATS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("dicom", part10.is_dicom),
    ("jpeg", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("gif", lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    ("pdf", lambda head: head.startswith(b"%PDF-")),
    ("empty", lambda head: not head),
    ("json", lambda head: head.lstrip()[:1] in {b"{", b"["}),
    ("text", lambda head: not set(head) & _CONTROLS and _is_utf8(head)),
)
_TEXTUAL = frozenset({"json", "text", "empty"})


def format_of(head: bytes) -> str:
    """Return what bytes are by their beginning, in one word; `other` where nothing fits."""
    return next((name for name, fits in _FORMATS if fits(head)), "other")


def _is_utf8(head: bytes) -> bool:
    """Tell whether bytes begin as a text in UTF-8 does; the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(slots=True)
class _Part:
    """One part as it comes; its beginning is kept as long as it may be a DICOM file."""

    headers: Mapping[str, str]
    tell: Callable[[Mapping[str, Json]], None]
    _size: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    _head: bytearray = field(default_factory=bytearray)
    _extent: Extent = field(default_factory=Extent)

    @property
    def format(self) -> str:
        return format_of(bytes(self._head[:_SNIFFED]))

    def write(self, data: bytes) -> None:
        self._size += len(data)
        self._hash.update(data)
        self._extent.write(data)
        most = (
            part10.HEAD
            if len(self._head) < _SNIFFED or part10.is_dicom(bytes(self._head[:_SNIFFED]))
            else _SNIFFED
        )
        if len(self._head) < most:
            self._head += data[: most - len(self._head)]

    def close(self, *, whole: bool = True) -> None:
        head = bytes(self._head)
        location = self.headers.get("content-location", "")
        known = {"dicom": part10.facts(head)} if part10.is_dicom(head) else {}
        self.tell(
            {
                "type": self.headers.get("content-type", "")[:_LONGEST],
                "location": location if len(location) <= _LONGEST_ADDRESS else "",
                "size": self._size,
                "sha256": self._hash.hexdigest(),
                "format": format_of(head[:_SNIFFED]),
                **known,
                **({"short": self._extent.short} if whole and self._extent.short else {}),
                **({} if whole else {"open": True}),
            }
        )


@dataclass(slots=True)
class Payload:
    """A body that is looked at while it comes; `facts` tells what it was once it is over."""

    content_type: str
    _whole: _Part = field(init=False)
    _splitter: Splitter | None = field(default=None, init=False)
    _sha1: hashlib._Hash = field(default_factory=lambda: hashlib.sha1(usedforsecurity=False), init=False)
    _parts: list[Mapping[str, Json]] = field(default_factory=list, init=False)
    _count: int = field(default=0, init=False)
    _told: dict[str, Json] = field(default_factory=dict, init=False)
    _wrong: str = field(default="", init=False)

    def __post_init__(self) -> None:
        """Make ready for parts, where the content type says that there are some."""
        self._whole = _Part({"content-type": self.content_type}, self._told.update)
        if self.content_type.strip().lower().startswith(_MULTIPART):
            self._splitter = Splitter(boundary_of(self.content_type), self._open)
            if not self._splitter.boundary:
                self._wrong = "the Content-Type names no boundary that can be used"

    @property
    def textual(self) -> bool:
        """Tell whether it is JSON or text so far, which is worth keeping."""
        return self._splitter is None and self._whole.format in _TEXTUAL

    def write(self, data: bytes) -> None:
        """Take some of the body."""
        self._whole.write(data)
        if self._wrong:
            return
        if self._splitter is not None:
            self._splitter.feed(data)
        else:
            # Attachment.hash is a SHA-1 (R4 datatypes.html#Attachment).
            self._sha1.update(data)

    def facts(self, *, cut: str = "") -> dict[str, Json]:
        """Return what it was; `cut` says why it was not read to its end, where it was not."""
        self._whole.close()
        told = _without(self._told, "location")
        if self._splitter is None:
            digest = base64.b64encode(self._sha1.digest()).decode()
            if cut:
                return {**_without(told, "short"), "sha1": digest, "complete": False, "cut": cut}
            return {**told, "sha1": digest, "complete": True}
        self._splitter.end()
        cut = cut or self._splitter.beyond
        return {
            **told,
            "format": "multipart",
            "complete": self._splitter.complete,
            "parts": self._parts,
            "count": self._count,
            **({"cut": cut} if cut else {}),
            **({"wrong": self._wrong} if self._wrong else {}),
        }

    def _open(self, headers: Mapping[str, str]) -> _Part:
        return _Part(headers, self._took)

    def _took(self, part: Mapping[str, Json]) -> None:
        self._count += 1
        if self._count <= MOST_PARTS:
            self._parts.append(part)
        elif self._count == _MOST_COUNTED and self._splitter is not None:
            self._splitter.beyond = f"it has more than {_MOST_COUNTED} parts"


def _without(told: Mapping[str, Json], name: str) -> dict[str, Json]:
    return {key: value for key, value in told.items() if key != name}
