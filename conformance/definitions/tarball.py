"""Read a package archive that somebody else packed: bounded, and without anything that leads out of it."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from conformance.problem import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE = 20_000_000
LARGEST = 300_000_000  # unpacked; HL7's own terminology takes 60 million
MOST_MEMBERS = 20_000
_GZIP = b"\x1f\x8b"
_READ = (".json", ".xml")
_HINT = "take the package from its publisher again"


def is_tarball(data: bytes) -> bool:
    """Tell whether bytes are a compressed archive."""
    return data.startswith(_GZIP)


def read_tarball(data: bytes, file: str) -> dict[str, bytes]:
    """Return the definitions of a package archive (`package/*.json`) by name."""
    try:
        return dict(_members(data, file))
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, OverflowError) as error:
        raise Problem(
            "broken-package", f"this is no package archive: {error}", place=Place(file), hint=_HINT
        ) from None


def _members(data: bytes, file: str) -> Iterator[tuple[str, bytes]]:
    unpacked = _Bounded(gzip.GzipFile(fileobj=io.BytesIO(data)), file)
    with tarfile.open(fileobj=unpacked, mode="r|") as archive:
        for count, member in enumerate(archive):
            place = Place(f"{file}!{member.name[:200]}")
            if count > MOST_MEMBERS:
                raise Problem("too-large", f"more than {MOST_MEMBERS} files", place=Place(file))
            _refuse(member, place)
            if _is_definition(member):
                opened = archive.extractfile(member)
                yield PurePosixPath(member.name).name, opened.read() if opened else b""


def _refuse(member: tarfile.TarInfo, place: Place) -> None:
    """Refuse what no honest package has, even where it would not be read."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\\" in member.name or "\0" in member.name:
        raise Problem("refused-package", "this name leads out of the package", place=place, hint=_HINT)
    if not (member.isreg() or member.isdir()) or member.issparse():
        raise Problem("refused-package", "this is a link or a device, and no file", place=place, hint=_HINT)
    if member.size > LARGEST_FILE and _is_definition(member):
        raise Problem("too-large", f"larger than {LARGEST_FILE} bytes", place=place)


def _is_definition(member: tarfile.TarInfo) -> bool:
    """Tell whether a member stands in the package's own folder; examples and pages stand below it."""
    path = PurePosixPath(member.name)
    direct = len(path.parts) == 1 or (len(path.parts) == 2 and path.parts[0] == "package")  # noqa: PLR2004
    return member.isreg() and direct and path.suffix in _READ and not path.name.startswith(".")


class _Bounded(io.BytesIO):
    """A stream that ends in a complaint when it is longer than any package."""

    def __init__(self, stream: gzip.GzipFile, file: str) -> None:
        super().__init__()
        self._stream = stream
        self._file = file
        self._room = LARGEST

    def read(self, size: int | None = -1, /) -> bytes:
        chunk = self._stream.read(min(size or 0, self._room + 1))
        self._room -= len(chunk)
        if self._room < 0:
            message = f"it unpacks to more than {LARGEST} bytes"
            raise Problem("too-large", message, place=Place(self._file), hint=_HINT)
        return chunk
