"""Faults of the answer to a search: which hits, in which order, on which page, with which links."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.server.faults.registry import breaks
from conformance.server.search import Hit, Searcher
from conformance.server.search.subset import subset
from conformance.server.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.model import Json
    from conformance.server.search import Criterion, Page, Query, StoredResource
    from conformance.server.store import Version

_STRANGERS = 5


@breaks("R4-RES-01", seen="https://github.com/samply/blaze/issues/4128")
class NoSelfLink(Searcher):
    """The answer to a search has no self link."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        return tuple(link for link in super().links(query, total) if link[0] != "self")


@breaks("R4-RES-01")
class SelfLinkOfAnother(Searcher):
    """The self link of each result is that of a search for patients."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        own = super().links(query, total)
        other = f"{self.world.base}/Patient?active=true"
        return tuple((name, other if name == "self" else url) for name, url in own)


@breaks("R4-RES-02", seen="https://github.com/fhirbase/fhirbase-plv8/issues/78")
class PageTooLarge(Searcher):
    """A page has one match more than `_count` allows."""

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        more = replace(query, count=query.count + 1) if query.count else query
        return super().cut(more, resources)


@breaks("R4-RES-03", seen="https://github.com/hapifhir/hapi-fhir/issues/981")
class CountZeroIgnored(Searcher):
    """A search with `_count=0` returns entries."""

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        return super().cut(replace(query, count=None) if query.count == 0 else query, resources)


@breaks("R4-RES-04", seen="https://github.com/hapifhir/hapi-fhir/issues/3693")
class TotalTooHigh(Searcher):
    """The total of a search is one too high."""

    def bundle(self, page: Page) -> dict[str, Json]:
        return super().bundle(replace(page, total=page.total + 1))


@breaks("R4-RES-05", seen="https://github.com/LinuxForHealth/FHIR/issues/1766")
class EntryTwice(Searcher):
    """The first match stands twice on its page."""

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        shown = super().cut(query, resources)
        return [*shown[:1], *shown]


@breaks("R4-RES-06")
class FullUrlOfAnother(Searcher):
    """The fullUrl of an entry ends with another id than its resource has."""

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        made = super().entry(query, hit)
        return {**made, "fullUrl": f"{made['fullUrl'][:-1]}-x"}


@breaks("R4-RES-07", seen="https://github.com/hapifhir/hapi-fhir/issues/209")
class IncludedCalledMatch(Searcher):
    """Included resources are called matches."""

    def hits(
        self, query: Query, matches: Sequence[StoredResource], included: Sequence[StoredResource]
    ) -> tuple[Hit, ...]:
        return tuple(replace(hit, mode="match") for hit in super().hits(query, matches, included))


@breaks("R4-RES-08", seen="https://github.com/microsoft/fhir-server/issues/1792")
class PagesOverlap(Searcher):
    """The last match of a page is the first of the next one."""

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        return super().cut(replace(query, offset=max(query.offset - 1, 0)), resources)


@breaks("R4-RES-09")
class SortedBackwards(Searcher):
    """`_sort` sorts the other way round."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        ordered = super().order(query, resources)
        return ordered[::-1] if query.sort else ordered


@breaks("R4-RES-09")
class SortedByTheFirstKey(Searcher):
    """Of several keys of `_sort` only the first counts."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        return super().order(replace(query, sort=query.sort[:1]), resources)


@breaks("R4-RES-10", seen="https://github.com/ncbi/DbGaP-FHIR-API-Docs/issues/12")
class NothingIncluded(Searcher):
    """`_include` and `_revinclude` are claimed and bring nothing along."""

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        _ = query, matches
        return []


@breaks("R4-RES-19", seen="https://github.com/hapifhir/hapi-fhir/issues/1061")
class MatchLost(Searcher):
    """Searches miss the newest match."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        return super().order(query, resources[:-1])


@breaks("R4-RES-20", seen="https://github.com/FirelyTeam/spark/issues/6")
class StrangersFound(Searcher):
    """Searches find resources that do not match."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        found = {(resource.type, resource.id) for resource in resources}
        strangers = [
            resource
            for type_ in query.types
            for resource in self.candidates(type_)
            if (resource.type, resource.id) not in found
        ]
        return [*super().order(query, resources), *strangers[-_STRANGERS:]]


@breaks("R4-RES-20", seen="https://github.com/FirelyTeam/spark/issues/1319")
class OldValuesFound(Searcher):
    """Searches find resources by values that an update has replaced."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        own = super().test(criterion)
        return lambda resource: own(resource) or any(own(version) for version in self._earlier(resource))

    def _earlier(self, resource: StoredResource) -> list[Version]:
        if not isinstance(self.world, Site):
            return []
        return [one for one in self.world.store.history(resource.type, resource.id) if not one.deleted]


@breaks("R4-RES-20")
class PatientsMixedUpInResults(Searcher):
    """The results of a search show an annotation with the reference to another patient."""

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        made = super().entry(query, hit)
        resource = made["resource"]
        if resource["resourceType"] != "Observation" or "subject" not in resource:
            return made
        return {**made, "resource": {**resource, "subject": {"reference": "Patient/sample-patient-1"}}}


@breaks("R4-PAGE-01", seen="https://github.com/microsoft/fhir-server/issues/1115")
class NextLinkBroken(Searcher):
    """The next link of a page leads nowhere."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        lost = f"{self.world.base}/Lost/page"
        return tuple((name, lost if name == "next" else url) for name, url in super().links(query, total))


@breaks("R4-PAGE-01", seen="https://github.com/hapifhir/hapi-fhir/issues/7081")
class NextLinkLost(Searcher):
    """No page has a next link."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        return tuple(link for link in super().links(query, total) if link[0] != "next")


@breaks("R4-RES-11", seen="https://github.com/hapifhir/hapi-fhir/issues/7626")
class IncludesAlwaysIterate(Searcher):
    """An include follows the resources that it brings along, without `:iterate`."""

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        further = tuple(replace(include, iterate=True) for include in query.includes)
        return super().included(replace(query, includes=further), matches)


@breaks("R4-RES-12", seen="https://github.com/LinuxForHealth/FHIR/issues/346")
class IncludesOnFirstPageOnly(Searcher):
    """Only the first page carries included resources."""

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        return [] if query.offset else super().included(query, matches)


@breaks("R4-RES-15", seen="https://github.com/FirelyTeam/spark/issues/43")
class SummaryWithoutTag(Searcher):
    """Results that shall be cut are cut to their mandatory elements and do not say so."""

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        made = super().entry(query, hit)
        if query.summary == "false" and not query.elements:
            return made
        body = hit.resource.body
        return {**made, "resource": {**subset(body, elements=("id",)), "meta": body["meta"]}}


@breaks("R4-RES-16")
class ContainedFound(Searcher):
    """Contained resources are results of an ordinary search."""

    def candidates(self, type: str) -> Iterable[StoredResource]:  # noqa: A002 - FHIR's own word
        containers = [one for name in self.world.types() for one in self.world.current(name)]
        contained = [inner for one in containers for inner in one.body.get("contained", [])]
        made = [
            _Contained(body={"meta": {}, **inner}) for inner in contained if inner["resourceType"] == type
        ]
        return [*super().candidates(type), *made]


@breaks("R4-META-14")
class ContainedTagsFound(Searcher):
    """A search by `_tag` or `_security` looks at contained resources too."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        own = super().test(criterion)
        if criterion.code not in {"_tag", "_security"}:
            return own
        return lambda resource: (
            own(resource)
            or any(own(_Contained(body={"id": "", **inner})) for inner in resource.body.get("contained", []))
        )


@breaks("R4-LNK-13", seen="https://github.com/microsoft/fhir-server/pull/2863")
class FullUrlWithVersion(Searcher):
    """The fullUrl of an entry names a version."""

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        made = super().entry(query, hit)
        return {**made, "fullUrl": f"{made['fullUrl']}/_history/1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contained:
    """A contained resource that passes for a stored one."""

    body: dict[str, Json]

    @property
    def type(self) -> str:
        """Return the resource type."""
        return str(self.body["resourceType"])

    @property
    def id(self) -> str:
        """Return the id inside the container."""
        return str(self.body["id"])
