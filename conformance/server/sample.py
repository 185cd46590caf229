"""The sample data of a seeded server: invented people, their photographs, and what was said of them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from conformance.server.wire import loads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.model import Json
    from conformance.server.store import Store


def fill(
    store: Store,
    keep: Callable[[Json], Json] = lambda resource: resource,
    sent: Sequence[Json] | None = None,
) -> None:
    """Put the sample data, or what is sent, into a store, unless it has them.

    `keep` says what is kept of each resource.
    """
    for resource in map(keep, resources() if sent is None else sent):
        type_, id_ = resource["resourceType"], resource["id"]
        if store.latest(type_, id_):
            continue
        instant = store.tick()
        meta = {"versionId": "1", "lastUpdated": instant, **resource.get("meta", {})}
        body = {"resourceType": type_, "id": id_, **resource, "meta": meta}
        store.add(type_=type_, id_=id_, version="1", instant=instant, method="PUT", body=body)


@cache
def resources() -> list[Json]:
    """Return the sample data as they would be sent."""
    return _read("sample.json")


@cache
def selections() -> list[Json]:
    """Return what a base of R5 holds: selections of images, with the study and the photograph they are of."""
    return _read("sample-r5.json")


def _read(name: str) -> list[Json]:
    made: list[Json] = loads(files(__package__).joinpath(name).read_bytes())
    return made
