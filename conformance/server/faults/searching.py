"""Faults of searching: parameters, modifiers and values that are not taken as they are meant."""
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
from conformance.server.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.search import Criterion, Page, Query, StoredResource


@breaks("R4-SRCH-01", seen="https://github.com/openemr/openemr/issues/6885")
class SearchIsCollection(Searcher):
    """The Bundle of a search is a collection."""

    def bundle(self, page: Page) -> dict[str, Json]:
        return {**super().bundle(page), "type": "collection"}


@breaks("R4-SRCH-03", seen="https://github.com/hapifhir/hapi-fhir/issues/5783")
class FormIgnored(Behaviour):
    """A search by POST ignores the parameters in its body."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return replace(heard, body=b"") if heard.path[-1:] == ("_search",) else heard


@breaks("R4-SRCH-03", seen="https://github.com/hapifhir/hapi-fhir/issues/7567")
class FormAlone(Behaviour):
    """A search by POST ignores the parameters in its URL."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return replace(heard, query=()) if heard.path[-1:] == ("_search",) else heard


@breaks("R4-SRCH-04", seen="https://github.com/LibreHealthIO/lh-ehr-fhir-api/issues/24")
class NothingFoundIsError(Searcher):
    """A search that finds nothing is answered with 404."""

    def page(self, query: Query, resources: list[StoredResource]) -> Page:
        if not resources:
            raise Refused("Nothing was found.", code="not-found", status=HTTPStatus.NOT_FOUND)
        return super().page(query, resources)


@breaks("R4-SRCH-05", seen="https://github.com/samply/blaze/pull/563")
class BadValuesIgnored(Searcher):
    """A filter whose value cannot be read is left out instead of refused."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        return replace(query, criteria=tuple(c for c in query.criteria if not self._unreadable(query, c)))

    def _unreadable(self, query: Query, criterion: Criterion) -> bool:
        try:
            self.check(replace(query, criteria=(criterion,)))
        except Refused as refused:
            return refused.code == "value"
        return False


@breaks("R4-SRCH-06")
class EmptyParameterRefused(Searcher):
    """A parameter without a value is refused."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        for name, value in pairs:
            if not value:
                raise Refused(f"'{name}' has no value", code="value", parameter=name)
        return super().split(type, pairs)


@breaks("R4-SRCH-08", seen="https://github.com/microsoft/fhir-server/issues/2208")
class StrictIgnored(Searcher):
    """The server ignores `Prefer: handling=strict`."""

    def check(self, query: Query, *, strict: bool = False) -> None:
        _ = strict
        super().check(query)


@breaks("R4-SRCH-09", seen="https://github.com/HeliosSoftware/hfs/issues/1318")
class UnknownModifiersIgnored(Searcher):
    """A modifier that the server does not know is left out instead of refused."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        return replace(query, criteria=tuple(self._plain(query, c) for c in query.criteria))

    def _plain(self, query: Query, criterion: Criterion) -> Criterion:
        try:
            self.check(replace(query, criteria=(criterion,)))
        except Refused as refused:
            return replace(criterion, modifier="") if refused.code == "not-supported" else criterion
        return criterion


@breaks("R4-SRCH-13")
class IdIgnored(Searcher):
    """A search by `_id` finds everything."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        return _anything if criterion.code == "_id" else super().test(criterion)


@breaks("R4-SRCH-16")
class ErrorAmongResults(Searcher):
    """A successful search holds an OperationOutcome with an error, called a match."""

    def bundle(self, page: Page) -> dict[str, Json]:
        made = super().bundle(page)
        issue = {"severity": "error", "code": "exception", "details": {"text": "The index is old."}}
        entry = {
            "fullUrl": "urn:uuid:1f7a2f0e-52a5-4d44-9d0a-54d3e9c7d5a1",
            "resource": {"resourceType": "OperationOutcome", "issue": [issue]},
            "search": {"mode": "match"},
        }
        return {**made, "entry": [*made.get("entry", []), entry]}


@breaks("R4-SRCH-17", seen="https://github.com/FirelyTeam/spark/issues/54")
class DeletedFound(Searcher):
    """Searches find deleted resources."""

    def candidates(self, type: str) -> Iterable[StoredResource]:  # noqa: A002 - FHIR's own word
        erased = self.world.erased(type) if isinstance(self.world, Site) else []
        return [*super().candidates(type), *erased]


@breaks("R4-RES-21", seen="https://github.com/awslabs/fhir-works-on-aws-search-es/issues/95")
class FirstAlternativeOnly(Searcher):
    """Of values joined by a comma only the first is looked for."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        first = tuple(replace(c, alternatives=c.alternatives[:1]) for c in query.criteria)
        return replace(query, criteria=first)


@breaks("R4-RES-21")
class RepetitionIgnored(Searcher):
    """Of a parameter that is repeated only the first counts."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        first = {(c.type, c.name): c for c in reversed(query.criteria)}
        return replace(query, criteria=tuple(reversed(first.values())))


@breaks("R4-RES-22", seen="https://github.com/FirelyTeam/spark/issues/57")
class AbsoluteReferencesUnknown(Searcher):
    """A reference that is spelt with the server's own base finds nothing."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        absolute = any(text.startswith(self.world.base) for text in criterion.alternatives)
        return _nothing if absolute and _by_reference(criterion) else super().test(criterion)


@breaks("R4-RES-22", seen="https://github.com/LinuxForHealth/FHIR/issues/300")
class IdsAloneUnknown(Searcher):
    """A reference that is spelt as an id alone finds nothing."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        alone = any("/" not in text for text in criterion.alternatives)
        return _nothing if alone and _by_reference(criterion) else super().test(criterion)


@breaks("R4-SRCH-02a", seen="https://github.com/awslabs/fhir-works-on-aws-search-es/issues/17")
class RefusedSearchAnswered(Searcher):
    """A search that cannot be run is answered with an empty result."""

    def search(
        self,
        type: str | None,  # noqa: A002 - FHIR's own word
        pairs: Sequence[tuple[str, str]],
        *,
        strict: bool = False,
    ) -> dict[str, Json]:
        try:
            return super().search(type, pairs, strict=strict)
        except Refused:
            return {**super().search(type, [("_count", "0")]), "total": 0}


@breaks("R4-SRCH-02b", seen="https://github.com/intervention-engine/fhir/pull/13")
class SearchRefusedWithoutOutcome(Behaviour):
    """The refusal of a search is plain text without an OperationOutcome."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if len(request.path) != 1 or request.method != "GET" or not views.failed(said):
            return said
        return replace(said, resource="Wrong.").with_headers(content_type="text/plain")


@breaks("R4-SRCH-07", seen="https://github.com/hapifhir/hapi-fhir/issues/405")
class UnknownParametersRefused(Searcher):
    """A search with an unknown parameter is refused."""

    def check(self, query: Query, *, strict: bool = False) -> None:
        _ = strict
        super().check(query, strict=True)


@breaks("R4-SRCH-11")
class UnknownQueryIgnored(Searcher):
    """A search by a named query that does not exist is run without it."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        return super().split(type, [pair for pair in pairs if pair[0] != "_query"])


def _by_reference(criterion: Criterion) -> bool:
    found = r4.parameter(criterion.type, criterion.code)
    return found is not None and found.type == "reference"


def _anything(resource: StoredResource) -> bool:
    _ = resource
    return True


def _nothing(resource: StoredResource) -> bool:
    _ = resource
    return False
