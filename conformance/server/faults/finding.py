"""Faults of the searches that dermatology depends on."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.faults import views
from conformance.server.faults.registry import breaks
from conformance.server.search import Refused, Searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.model import Json
    from conformance.server.search import Criterion, Hit, Page, Query, StoredResource


class _Blind(Searcher):
    """A search that finds nothing by some parameters."""

    def blind(self, criterion: Criterion) -> bool:
        """Tell whether a filter finds nothing."""
        raise NotImplementedError

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        return _nothing if self.blind(criterion) else super().test(criterion)


@breaks("R4-CAP-06", seen="https://github.com/HealthIntersections/fhirserver/issues/76")
class MethodClaimedOnly(Searcher):
    """Search by method is declared, but the parameter is ignored."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        ignored = tuple(pair for pair in query.used if pair[0] == "method")
        return replace(
            query,
            criteria=tuple(c for c in query.criteria if c.name != "method"),
            used=tuple(pair for pair in query.used if pair not in ignored),
            ignored=(*query.ignored, *ignored),
        )


@breaks("DERM-SRC-01b")
class SourceImageNotFound(_Blind):
    """Search by derived-from is declared and finds nothing."""

    def blind(self, criterion: Criterion) -> bool:
        return criterion.code == "derived-from"


@breaks("DERM-SRC-02b")
class MethodNotFound(_Blind):
    """Search by method is declared and finds nothing."""

    def blind(self, criterion: Criterion) -> bool:
        return criterion.code == "method"


@breaks("DERM-SRC-03", seen="https://github.com/ncbi/DbGaP-FHIR-API-Docs/issues/12")
class SourceImageNotIncluded(Searcher):
    """`_include` of the source image is declared and brings nothing along."""

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        kept = tuple(include for include in query.includes if include.code != "derived-from")
        return super().included(replace(query, includes=kept), matches)


@breaks("DERM-SRC-04")
class LabelNotFound(_Blind):
    """Search by `_security` finds nothing."""

    def blind(self, criterion: Criterion) -> bool:
        return criterion.code == "_security"


@breaks("DERM-SRC-05", seen="https://github.com/openemr/openemr/issues/9356")
class CategoryWithSystemNotFound(_Blind):
    """Search by category finds nothing where the system is given."""

    def blind(self, criterion: Criterion) -> bool:
        return criterion.code == "category" and any("|" in text for text in criterion.alternatives)


@breaks("DERM-SRC-06")
class UnknownMethodRefused(Searcher):
    """A search by a method that no resource has is refused."""

    def page(self, query: Query, resources: list[StoredResource]) -> Page:
        if not resources and any(criterion.code == "method" for criterion in query.criteria):
            raise Refused("The method is unknown.", code="code-invalid", status=HTTPStatus.BAD_REQUEST)
        return super().page(query, resources)


@breaks("DERM-SRC-07", seen="https://github.com/FHIR/fhir-candle/pull/57")
class CombinationIsEither(Searcher):
    """Parameters that are combined find what meets any of them."""

    def select(self, query: Query) -> list[StoredResource]:
        alone = [
            super(CombinationIsEither, self).select(replace(query, criteria=(c,))) for c in query.criteria
        ]
        if query.type != "Observation" or len(alone) < 2:  # noqa: PLR2004 - a combination is of two or more
            return super().select(query)
        found = {resource.id: resource for resources in alone for resource in resources}
        return list(found.values())


@breaks("AIT-DSC-01")
class ProvenanceOfNobodyRefused(Searcher):
    """A search for the Provenance of what is not there is refused."""

    def page(self, query: Query, resources: list[StoredResource]) -> Page:
        if not resources and any((c.type, c.code) == ("Provenance", "target") for c in query.criteria):
            raise Refused("There is no such target.", code="not-found", status=HTTPStatus.NOT_FOUND)
        return super().page(query, resources)


@breaks("AIT-DSC-01", seen="https://github.com/FirelyTeam/spark/issues/526")
class ProvenanceNotFound(_Blind):
    """Search for the Provenance of a resource finds nothing."""

    def blind(self, criterion: Criterion) -> bool:
        return criterion.type == "Provenance" and criterion.code == "target"


@breaks("DERM-AIT-12", seen="https://github.com/hapifhir/hapi-fhir/issues/4420")
class LabelMissingInSearch(Searcher):
    """The results of a search have no security labels."""

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        made = super().entry(query, hit)
        resource = made["resource"]
        return {**made, "resource": {**resource, "meta": views.without(resource["meta"], "security")}}


def _nothing(resource: StoredResource) -> bool:
    _ = resource
    return False
