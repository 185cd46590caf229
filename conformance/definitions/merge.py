"""One code system out of two editions of it, so that what either edition knows is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.model import Json


def code_systems(older: Json, newer: Json) -> Json:
    """Return the newer edition with the codes and the places in the hierarchy that only the older has."""
    placed = dict(_placed(older["concept"]))
    concepts = [_completed(c, above=(), older=placed) for c in newer["concept"]]
    known = {code for code, _ in _placed(newer["concept"])}
    missing = [_alone(c, placed[c["code"]]) for c in _flat(older["concept"]) if c["code"] not in known]
    partial = "fragment" if "fragment" in (older["content"], newer["content"]) else newer["content"]
    return {**newer, "content": partial, "concept": [*concepts, *missing]}


def _flat(concepts: Sequence[Json]) -> Iterator[Json]:
    for concept in concepts:
        yield concept
        yield from _flat(concept.get("concept", ()))


def _placed(concepts: Sequence[Json], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield every code with the code that it is nested in."""
    for concept in concepts:
        yield concept["code"], above
        yield from _placed(concept.get("concept", ()), concept["code"])


def _completed(concept: Json, *, above: tuple[str, ...], older: dict[str, str]) -> Json:
    parent = older.get(concept["code"], "")
    stated = [p["valueCode"] for p in concept.get("property", ())]
    added = [] if not parent or parent in (*above, *stated) else [_subsumed(parent)]
    below = (*above, concept["code"])
    parts = {
        "property": [*concept.get("property", ()), *added],
        "concept": [_completed(c, above=below, older=older) for c in concept.get("concept", ())],
    }
    return {**concept, **{key: value for key, value in parts.items() if value}}


def _alone(concept: Json, parent: str) -> Json:
    own = {key: value for key, value in concept.items() if key != "concept"}
    added = [_subsumed(parent)] if parent else []
    properties = [*concept.get("property", ()), *added]
    return {**own, "property": properties} if properties else own


def _subsumed(parent: str) -> Json:
    return {"code": "subsumedBy", "valueCode": parent}
