"""Many definitions in one file, each found by its URL without reading the others: a zip of JSON shards."""

from __future__ import annotations

import zipfile
from functools import cached_property
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from conformance.model import Json

_INDEX = "index.json"
# The same bytes for the same data, whenever they are written.
_WRITTEN = (1980, 1, 1, 0, 0, 0)


class Archive:
    """The definitions of one file; a shard is read when one of its definitions is first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: dict[str, Mapping[str, Json]] = {}

    @property
    def urls(self) -> Iterable[str]:
        """Return the URLs of all definitions."""
        return self._shards.keys()

    def get(self, url: str) -> Json | None:
        """Return the definition with a URL, or None."""
        shard = self._shards.get(url)
        if shard is None:
            return None
        if shard not in self._read:
            self._read[shard] = self._member(shard)
        return self._read[shard][url]

    @cached_property
    def _shards(self) -> Mapping[str, str]:
        return {url: shard for shard, urls in self._member(_INDEX).items() for url in urls}

    @cached_property
    def _zip(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(self._path)

    def _member(self, name: str) -> Json:
        return orjson.loads(self._zip.read(name))


def write(path: Path, shards: Mapping[str, Mapping[str, Json]]) -> None:
    """Write an archive of named shards, each with its definitions by URL."""
    with zipfile.ZipFile(path, "w") as file:
        for name, definitions in (
            (_INDEX, {name: [*shard] for name, shard in shards.items()}),
            *shards.items(),
        ):
            member = zipfile.ZipInfo(name, _WRITTEN)
            member.external_attr = 0o644 << 16
            file.writestr(member, orjson.dumps(definitions), zipfile.ZIP_DEFLATED, 9)
