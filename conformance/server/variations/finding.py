"""What a search brings, in which order and how soon (fairness F10, F11, F23)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.server.messages import information
from conformance.server.search import Hit, Searcher
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.model import Json
    from conformance.server.search import Page, Query
    from conformance.server.search.world import StoredResource, World

_LATE = 0.05


@allowed("F10")
class NewestFirst(Searcher):
    """Where no order is asked for, what was stored last comes first."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        ordered = super().order(query, resources)
        return ordered if query.sort else ordered[::-1]


@allowed("F11")
class HintInEveryResult(Searcher):
    """Every result holds an OperationOutcome with a hint."""

    def bundle(self, page: Page) -> dict[str, Json]:
        made = super().bundle(page)
        if page.query.counts_only:
            return made
        hint = {
            "fullUrl": "urn:uuid:7c3c9d3e-7f0a-4a43-9b55-2f6f1b0f5a10",
            "resource": information("The search took no time."),
            "search": {"mode": "outcome"},
        }
        return {**made, "entry": [*made.get("entry", []), hint]}


@allowed("F11")
class PatientsComeAlong(Searcher):
    """Whatever is found brings its patient along, marked as an include."""

    def hits(
        self, query: Query, matches: Sequence[StoredResource], included: Sequence[StoredResource]
    ) -> tuple[Hit, ...]:
        hits = super().hits(query, matches, included)
        known = {(hit.resource.type, hit.resource.id) for hit in hits}
        patients = {one.id: one for one in map(self._patient, matches) if one is not None}
        more = (one for one in patients.values() if ("Patient", one.id) not in known)
        return (*hits, *(Hit(resource=one, mode="include") for one in more))

    def _patient(self, resource: StoredResource) -> StoredResource | None:
        type_, _, id_ = str(resource.body.get("subject", {}).get("reference", "")).partition("/")
        return self.world.get("Patient", id_) if type_ == "Patient" else None


@allowed("F23")
class IndexesLate(Searcher):
    """Search and conditional interactions see a resource a little after it was written."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._seen: dict[str, float] = {}

    def candidates(self, type: str) -> Iterable[StoredResource]:  # noqa: A002 - FHIR's own word
        now = time.monotonic()
        for found in super().candidates(type):
            version = f"{type}/{found.id}/{found.body['meta'].get('versionId')}"
            if now - self._seen.setdefault(version, now) >= _LATE:
                yield found
