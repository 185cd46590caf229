"""Finds what was stored where no answer says its id: by an id of ours, by the run's tag or identifier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks.searchset import entries
from conformance.definitions import r4
from conformance.judge.builtin import location_of
from conformance.judge.paging import next_page
from conformance.model import Request
from conformance.read.fixtures import TAG_SYSTEM
from conformance.run.interactions import FHIR_JSON, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.judge.stage import Sent
    from conformance.model import Json
    from conformance.run.telling import Teller

# R4 datatypes.html#id; an id of dots alone would name another place in a URL.
_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9\-.]{1,64}")
_NEWEST_FIRST = (("_sort", "-_lastUpdated"), ("_count", "100"))
_MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Lost:
    """What may have been stored: its type, its tag, and its id where that was ours to choose."""

    type: str
    tag: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Tracing:
    """How something is looked for; `closing` looks also when the run was asked to stop."""

    teller: Teller
    lost: Lost
    closing: bool = False

    def get(self, path: str, verb: str) -> Sent:
        """Return the answer to one request below the base."""
        base = self.teller.stage.base
        url = path if path.startswith(f"{base}/") else f"{base}/{path}"
        headers = {"Accept": FHIR_JSON, "Cache-Control": "no-cache"}
        request = Request(method="GET", url=url, headers=headers)
        purpose = "clean" if self.closing else "tag"
        return self.teller.send(request, purpose, verb=verb, closing=self.closing)

    def ours(self, body: Json) -> bool:
        """Tell whether a resource is the one that is looked for."""
        kind = body.get("resourceType") if isinstance(body, dict) else ""
        named = bool(self.lost.id) and id_of(body) == self.lost.id
        return kind == self.lost.type and bool(id_of(body)) and (named or carries(body, self.lost.tag))


def id_of(body: Json) -> str:
    """Return the id of a resource, or nothing where it has none that may stand in a URL."""
    id_ = body.get("id") if isinstance(body, dict) else None
    return id_ if isinstance(id_, str) and _ID.fullmatch(id_) else ""


def carries(body: Json, tag: str) -> bool:
    """Tell whether a resource carries one of the run's tags, or the identifier that it got with the tag."""
    meta = body.get("meta") if isinstance(body, dict) else None
    tags = meta.get("tag") if isinstance(meta, dict) else None
    identifiers = body.get("identifier") if isinstance(body, dict) else None
    return any(
        isinstance(mark, dict) and mark.get("system") == TAG_SYSTEM and mark.get(key) == tag
        for marks, key in ((tags, "code"), (identifiers, "value"))
        for mark in (marks if isinstance(marks, list) else [marks])
    )


def looked_for(teller: Teller, lost: Lost, location: str) -> str:
    """Return the id of what was made where no answer says its id for this server; it counts if it is marked.

    Behind a proxy a Location may name another host: what has that id here may be somebody else's.
    """
    place = location_of(location)
    if place is not None and place[0] == lost.type and _ID.fullmatch(place[1]):
        sent = Tracing(teller, lost).get(f"{lost.type}/{place[1]}", "read")
        if carries(sent.body, lost.tag):
            return place[1]
    found = traced(teller, lost)
    return id_of(found[0]) if found else ""


def traced(teller: Teller, lost: Lost, *, closing: bool = False) -> list[Json] | None:
    """Return what is there of something lost, or None where the server does not answer.

    A server that ignores a parameter returns everything, so each hit is looked at.
    """
    tracing = Tracing(teller, lost, closing)
    for page in _pages(tracing):
        if page.exchange.answer.status is None:
            return None
        found = [body for body in _bodies(page.body) if tracing.ours(body)]
        if found:
            return found
    return []


def _pages(tracing: Tracing) -> Iterator[Sent]:
    """Yield answers that may hold what is looked for, the likeliest first."""
    lost = tracing.lost
    by_tag = (("_tag", f"{TAG_SYSTEM}|{lost.tag}"),)
    if lost.id:
        yield tracing.get(f"{lost.type}/{lost.id}", "read")
    first = tracing.get(f"{lost.type}?{encoded(by_tag)}", "search")
    yield first
    if "identifier" in r4.children(lost.type):
        yield tracing.get(f"{lost.type}?{encoded((('identifier', f'{TAG_SYSTEM}|{lost.tag}'),))}", "search")
    if any(entry.type == lost.type for entry in entries(first.body)):
        # The tag was ignored: what is looked for is among the newest of all.
        yield from _followed(tracing, f"{lost.type}?{encoded((*by_tag, *_NEWEST_FIRST))}")


def _followed(tracing: Tracing, url: str) -> Iterator[Sent]:
    visited: list[str] = []
    while url and len(visited) < _MOST_PAGES:
        page = tracing.get(url, "search")
        visited.append(page.exchange.request.url)
        yield page
        url = next_page(page.body, tracing.teller.stage.base, visited).url


def _bodies(body: Json) -> list[Json]:
    kind = body.get("resourceType") if isinstance(body, dict) else ""
    return [entry.resource for entry in entries(body)] if kind == "Bundle" else [body]
