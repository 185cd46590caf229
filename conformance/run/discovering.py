"""Finds the resources of a `discover` entry; what is found is data that others wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks.searchset import matches
from conformance.judge.names import Lookups
from conformance.judge.paging import next_page
from conformance.model import Request, Resource
from conformance.read.fixtures import TAG_SYSTEM
from conformance.run.ends import Skipped, trouble
from conformance.run.interactions import FHIR_JSON, encoded, pairs
from conformance.search import Answer, World, answer

if TYPE_CHECKING:
    from conformance.model import Discover, Json
    from conformance.run.telling import Teller


def discover(entry: Discover, teller: Teller, most_pages: int) -> list[Resource]:
    """Return what a `discover` entry describes; raises Skipped where there is none."""
    query = pairs(Lookups(teller.stage).filled(dict(entry.where)))
    base = teller.stage.base
    world = World(base=base, resources={})
    url = f"{base}/{entry.type}?{encoded((*query, ('_count', str(entry.limit))))}"
    visited: list[str] = []
    found: list[Resource] = []
    while url and len(found) < entry.limit and len(visited) < most_pages:
        visited.append(url)
        page = _page(teller, url)
        # A server may ignore a parameter: what the oracle excludes is not what was looked for.
        found += [
            _found(entry.name, hit.reference, hit.resource, base)
            for hit in matches(page, entry.type, base)
            if isinstance(hit.resource, dict)
            and not _ours(hit.resource)
            and answer(entry.type, query, hit.resource, world).answer is not Answer.NOT
        ]
        url = next_page(page, base, visited).url
    if not found:
        raise Skipped("untested", f"no {entry.type} was found for '{entry.name}'", visited[0], entry.unlock)
    return found[: entry.limit]


def _ours(body: Json) -> bool:
    """Tell whether dermconf made a resource: then it is no found data, whichever run made it."""
    meta = body.get("meta")
    marks = [*_list(body.get("identifier")), *_list(meta.get("tag") if isinstance(meta, dict) else None)]
    return any(isinstance(mark, dict) and mark.get("system") == TAG_SYSTEM for mark in marks)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _page(teller: Teller, url: str) -> Json:
    request = Request(method="GET", url=url, headers={"Accept": FHIR_JSON})
    sent = teller.send(request, "discover", verb="search")
    lack = trouble(sent)
    if lack is not None:
        raise lack
    return sent.body


def _found(name: str, reference: str, body: Json, base: str) -> Resource:
    meta = body.get("meta")
    version = meta.get("versionId", "") if isinstance(meta, dict) else ""
    return Resource(
        name=name,
        reference=reference,
        url=f"{base}/{reference}",
        version=str(version),
        received=body,
        found=True,
    )
