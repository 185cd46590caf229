"""Servers that make it hard to clean up after a run: each has one habit, all keep what is not ours.

A habit is what the server itself does (`Behaviour`, `Searcher`), or what becomes of its answers (`LOSES`).
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults.writing import TagsLost
from conformance.server.messages import Refusal
from conformance.server.search import Searcher
from conformance.server.variations.registry import Variation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.search import Query
    from conformance.server.search.world import StoredResource

FOREIGN = 1000
_LATE = 1.5
_TAG = "urn:dermconf"


class SaysNoId(Behaviour):
    """A create is answered without a Location and without a body."""

    def say(self, request: Request, reply: Reply) -> Reply:
        """Return the answer without what it made."""
        said = super().say(request, reply)
        if request.method != "POST" or said.status != HTTPStatus.CREATED or request.within:
            return said
        return replace(said.without("location"), resource=None)


class RefusesDeletesAtFirst(Behaviour):
    """The first delete of each resource is refused with 409."""

    def __init__(self) -> None:
        """Remember of what the first delete was refused."""
        super().__init__()
        self._refused: set[tuple[str, ...]] = set()

    def hear(self, request: Request) -> Request:
        """Return the request, unless it is the first delete of something."""
        if request.method == "DELETE" and request.path not in self._refused:
            self._refused.add(request.path)
            raise Refusal(HTTPStatus.CONFLICT, "conflict", "It is in use for the moment.")
        return super().hear(request)


class TagIgnored(Searcher):
    """A search ignores `_tag`, and finds everything of a type."""

    def split(self, type: str | None, pairs: Iterable[tuple[str, str]]) -> Query:  # noqa: A002 - FHIR's own word
        """Return the query without `_tag`."""
        return super().split(type, tuple(pair for pair in pairs if pair[0] != "_tag"))


class IndexesLate(Searcher):
    """What was stored a moment ago is not found yet."""

    def candidates(self, type: str) -> Iterator[StoredResource]:  # noqa: A002 - FHIR's own word
        """Yield what was stored some time ago."""
        now = time.time()
        for found in super().candidates(type):
            if now - found.moment.timestamp() > _LATE:
                yield found


HABITS: Mapping[str, tuple[type[Behaviour | Searcher], ...]] = {
    "none": (),
    "says no id": (SaysNoId,),
    "drops tags": (TagsLost,),
    "ignores _tag": (TagIgnored,),
    "indexes late": (IndexesLate,),
    "refuses deletes at first": (RefusesDeletesAtFirst,),
    "loses answers": (),
    "loses answers, indexes late": (IndexesLate,),
    "loses answers, ignores _tag": (TagIgnored,),
    "loses answers, refuses deletes at first": (RefusesDeletesAtFirst,),
    "loses answers, drops tags": (TagsLost,),
}


def variation(habit: str) -> Variation:
    """Return a habit as a site of the reference server."""
    return Variation(name=habit, rules=(), sentence=habit, classes=HABITS[habit])


def foreign(fixtures: Iterable[Json]) -> Iterator[Json]:
    """Yield what others keep there: much of it is what a run writes, some of it even made by another run."""
    kinds = [body for body in fixtures if not json.dumps(body).count('"reference"')]
    for number in range(FOREIGN):
        body = dict(kinds[number % len(kinds)])
        marks = ("urn:another", _TAG)
        body["meta"] = {"tag": [{"system": marks[number % len(marks)], "code": f"0badcafe-{number}"}]}
        yield {**body, "id": f"theirs-{number}"}
