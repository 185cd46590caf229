"""Faults of searches that ask for several things at once: values, parameters, chains and what comes along."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.faults.registry import breaks
from conformance.server.search import Refused, Searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.search import Criterion, Page, Query, StoredResource

_FORM = "_search"


@breaks("R4-RES-21", seen="https://github.com/awslabs/fhir-works-on-aws-deployment/issues/341")
class ReferencesTogetherNotFound(Searcher):
    """Several references joined by a comma find nothing."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        several = len(criterion.alternatives) > 1 and _by_reference(criterion)
        return _nothing if several else super().test(criterion)


@breaks("R4-RES-20", seen="https://github.com/microsoft/fhir-server/issues/1423")
class IdOutweighsReferences(Searcher):
    """Beside `_id` a parameter that is a reference is ignored."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        if all(criterion.code != "_id" for criterion in query.criteria):
            return query
        return replace(query, criteria=tuple(c for c in query.criteria if not _by_reference(c)))


@breaks("R4-RES-20")
class LabelOutweighsAll(Searcher):
    """Beside `_security` the parameters of an Observation's own are ignored, but for the patient."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        if type != "Observation" or all(criterion.code != "_security" for criterion in query.criteria):
            return query
        kept = tuple(c for c in query.criteria if c.code.startswith("_") or c.code in {"patient", "subject"})
        return replace(query, criteria=kept)


@breaks("R4-RES-20", seen="https://github.com/microsoft/fhir-server/issues/23")
class ComponentsMixed(Searcher):
    """Code and value that are searched together are found in two components."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        if criterion.code != "component-code-value-concept":
            return super().test(criterion)
        halves = [text.partition("$") for text in criterion.alternatives]
        codes = super().test(_plain(criterion, "component-code", [code for code, _, _ in halves]))
        values = super().test(_plain(criterion, "component-value-concept", [value for _, _, value in halves]))
        return lambda resource: codes(resource) and values(resource)


@breaks("R4-RES-20", seen="https://github.com/awslabs/fhir-works-on-aws-search-es/issues/138")
class ChainsIgnored(Searcher):
    """A chain finds whatever has the reference that it begins with."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        chain = bool(criterion.then) and not criterion.source
        return _anything if chain else super().test(criterion)


@breaks("R4-RES-20")
class ReverseChainsIgnored(Searcher):
    """`_has` finds everything."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        return _anything if criterion.source else super().test(criterion)


@breaks("R4-RES-19", seen="https://github.com/hapifhir/hapi-fhir/issues/6305")
class MissingReferenceNotFound(Searcher):
    """`:missing` of a reference does not find what has another reference."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        own = super().test(criterion)
        if criterion.modifier != "missing" or criterion.text != "true" or not _by_reference(criterion):
            return own
        return lambda resource: own(resource) and "subject" not in resource.body


@breaks("R4-RES-19", seen="https://github.com/hapifhir/hapi-fhir/issues/4098")
class UnsortableLost(Searcher):
    """What has no value for `_sort` to go by is lost."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        ordered = super().order(query, resources)
        by_date = any(key.code == "date" for key in query.sort) and query.type == "Observation"
        return [one for one in ordered if "effectiveDateTime" in one.body] if by_date else ordered


@breaks("R4-RES-19")
class ShownOtherwiseLost(Searcher):
    """Where results shall be cut, or counted exactly, the newest match is lost."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        ordered = super().order(query, resources)
        otherwise = any(name in {"_summary", "_elements", "_total"} for name, _ in query.used)
        return ordered[:-1] if otherwise else ordered


@breaks("R4-RES-04", seen="https://github.com/hapifhir/hapi-fhir/issues/7153")
class IncludesCounted(Searcher):
    """The total of a search counts what comes along."""

    def bundle(self, page: Page) -> dict[str, Json]:
        along = sum(hit.mode == "include" for hit in page.hits)
        return super().bundle(replace(page, total=page.total + along))


@breaks("R4-RES-10", seen="https://github.com/fhirbase/fhirbase-plv8/issues/51")
class FirstIncludeOnly(Searcher):
    """Of several includes only the first is followed."""

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        return super().included(replace(query, includes=query.includes[:1]), matches)


@breaks("R4-RES-10")
class TypedIncludesUnknown(Searcher):
    """An include that names the type of what it brings along brings nothing."""

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        kept = tuple(include for include in query.includes if not include.target)
        return super().included(replace(query, includes=kept), matches)


@breaks("R4-SRCH-04", seen="https://github.com/medplum/medplum/issues/1929")
class NothingToIncludeIsError(Searcher):
    """A search with an include that finds nothing is answered with 500."""

    def page(self, query: Query, resources: list[StoredResource]) -> Page:
        if query.includes and not resources:
            raise Refused("There is nothing.", code="exception", status=HTTPStatus.INTERNAL_SERVER_ERROR)
        return super().page(query, resources)


@breaks("R4-SRCH-03")
class FormsIncludeNothing(Behaviour):
    """A search by POST brings nothing along."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if request.path[-1:] != (_FORM,) or views.kind(said.resource) != "Bundle":
            return said
        kept = [entry for entry in said.resource.get("entry", []) if not _included(entry)]
        return views.showing(said, entry=kept)


@breaks("R4-PAGE-01", seen="https://github.com/FirelyTeam/firely-net-sdk/issues/479")
class FormsLeadNowhere(Behaviour):
    """The next link of a search by POST has none of its parameters."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if request.path[-1:] != (_FORM,) or views.kind(said.resource) != "Bundle":
            return said
        links = [_bare(link) for link in said.resource.get("link", [])]
        return views.showing(said, link=links)


def _bare(link: Json) -> Json:
    if link.get("relation") != "next":
        return link
    return {**link, "url": f"{link['url'].partition('?')[0]}?_offset=2"}


def _included(entry: Json) -> bool:
    return bool(entry.get("search", {}).get("mode") == "include")


def _plain(criterion: Criterion, code: str, alternatives: list[str]) -> Criterion:
    return replace(criterion, name=code, code=code, alternatives=tuple(alternatives))


def _by_reference(criterion: Criterion) -> bool:
    found = r4.parameter(criterion.type, criterion.code)
    return found is not None and found.type == "reference" and not criterion.then


def _anything(resource: StoredResource) -> bool:
    _ = resource
    return True


def _nothing(resource: StoredResource) -> bool:
    _ = resource
    return False
