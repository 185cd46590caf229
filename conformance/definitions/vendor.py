"""Make the archives that resources are judged by, out of R4's core and HL7's terminology (THO)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.definitions import merge, strip
from conformance.definitions.archive import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from conformance.model import Json

_SHARD = 150_000  # characters of JSON that are read at once: a millisecond


def archives(core: Iterable[Json], terminology: Iterable[Json], folder: Path) -> Mapping[str, int]:
    """Write the three archives and return how many definitions each holds."""
    core = list(core)
    older, newer = _stripped(core), _stripped(terminology)
    systems = _merged(older["CodeSystem"], newer["CodeSystem"])
    shards = {
        "structures.zip": _structures(core),
        "valuesets.zip": _by_size({**newer["ValueSet"], **older["ValueSet"]}),
        "codesystems.zip": _by_size(systems),
    }
    for name, definitions in shards.items():
        write(folder / name, definitions)
    return {name: sum(map(len, definitions.values())) for name, definitions in shards.items()}


_STRIP: Mapping[str, Callable[[Json], Json]] = {
    "ValueSet": strip.value_set,
    "CodeSystem": strip.code_system,
}


def _stripped(definitions: Iterable[Json]) -> dict[str, dict[str, Json]]:
    found: dict[str, dict[str, Json]] = {kind: {} for kind in _STRIP}
    for definition in definitions:
        if definition["resourceType"] in _STRIP and not definition["url"].startswith("http://example"):
            kind = definition["resourceType"]
            found[kind][definition["url"]] = _STRIP[kind](definition)
    return found


def _merged(older: Mapping[str, Json], newer: Mapping[str, Json]) -> dict[str, Json]:
    both = {url: merge.code_systems(older[url], newer[url]) for url in older.keys() & newer.keys()}
    return {**older, **newer, **both}


def _structures(core: Iterable[Json]) -> dict[str, dict[str, Json]]:
    """Return all types in one shard, every resource and profile in its own, the extensions by size."""
    shards: dict[str, dict[str, Json]] = {"types": {}}
    extensions = {}
    for definition in filter(_is_judged_by, core):
        url, stripped = definition["url"], strip.structure(definition)
        if definition["type"] == "Extension" and definition["derivation"] == "constraint":
            extensions[url] = stripped
        elif definition["kind"] == "resource":
            shards[definition["id"]] = {url: stripped}
        else:
            shards["types"][url] = stripped
    return {**shards, **{f"extensions-{n}": shard for n, shard in _by_size(extensions).items()}}


def _is_judged_by(definition: Json) -> bool:
    is_structure = definition["resourceType"] == "StructureDefinition" and "snapshot" in definition
    return is_structure and definition["kind"] != "logical"


def _by_size(definitions: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    shards: list[dict[str, Json]] = []
    room = 0
    for url, definition in sorted(definitions.items()):
        size = len(json.dumps(definition))
        if size > room:
            shards.append({})
            room = _SHARD
        shards[-1][url] = definition
        room -= size
    return {f"{n:03}": shard for n, shard in enumerate(shards)}
