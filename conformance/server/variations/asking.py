"""What a search demands or does not know (fairness F7, F8, F21, F25)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.server.search import Refused, Searcher
from conformance.server.search.supported import parameter
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.server.search import Criterion, Query
    from conformance.server.search.world import StoredResource

    Pairs = Sequence[tuple[str, str]]


@allowed("F7")
class StrictAlways(Searcher):
    """A parameter that is not known is refused, whatever the client prefers."""

    def check(self, query: Query, *, strict: bool = False) -> None:
        _ = strict
        super().check(query, strict=True)


@allowed("F7", "F6")
class ChainsIgnored(Searcher):
    """Chains are ignored, and the self link does not name them."""

    def parse(self, type: str | None, pairs: Pairs, *, strict: bool = False) -> Query:  # noqa: A002
        return super().parse(type, [pair for pair in pairs if "." not in pair[0]], strict=strict)


@allowed("F6", "F7")
class NoModifiers(Searcher):
    """A search with a modifier is refused, whichever it is."""

    def split(self, type: str | None, pairs: Pairs) -> Query:  # noqa: A002
        for name, _ in pairs:
            if ":" in name and not name.startswith("_"):
                raise Refused(f"'{name}' has a modifier.", code="not-supported", parameter=name)
        return super().split(type, pairs)


@allowed("F6", incomplete="pages are asked for in an order, so that each match has its one place on them")
class NoOrderNorCut(Searcher):
    """A search that asks for an order, or for a part of each resource, is refused."""

    def split(self, type: str | None, pairs: Pairs) -> Query:  # noqa: A002
        for name, _ in pairs:
            if name in {"_sort", "_elements", "_summary"}:
                raise Refused(f"'{name}' is not possible here.", code="not-supported", parameter=name)
        return super().split(type, pairs)


class Demanding(Searcher):
    """A search of anything but a patient has to name a parameter."""

    demanded = ""

    def parse(self, type: str | None, pairs: Pairs, *, strict: bool = False) -> Query:  # noqa: A002
        named = {name.partition(":")[0].partition(".")[0] for name, _ in pairs}
        if type != "Patient" and self.demanded not in named:
            raise Refused(f"The parameter '{self.demanded}' is required.", code="required")
        return super().parse(type, pairs, strict=strict)


@allowed("F8", incomplete="a search by nothing but _id, or for stored data, is refused here")
class PatientDemanded(Demanding):
    """A search, and the search of a conditional interaction, has to name the patient."""

    demanded = "patient"


@allowed("F8", incomplete="no search of the suite but one names a category")
class CategoryDemanded(Demanding):
    """A search has to name a category."""

    demanded = "category"


@allowed("F21", "F25")
class TokensWithoutCase(Searcher):
    """Codes are compared without case."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        found = None if criterion.then or criterion.source else parameter(criterion.type, criterion.code)
        if found is None or found.type != "token" or criterion.modifier not in {"", "not"}:
            return super().test(criterion)
        spellings = (replace(criterion, modifier="", alternatives=_spellings(criterion.alternatives)),)
        tests = [super(TokensWithoutCase, self).test(one) for one in spellings]
        wanted = criterion.modifier != "not"
        return lambda resource: any(test(resource) for test in tests) is wanted


def _spellings(texts: Sequence[str]) -> tuple[str, ...]:
    """Return codes as they are written, and in small and in capital letters."""
    parts = [text.rpartition("|") for text in texts]
    return tuple(
        dict.fromkeys(
            f"{system}{bar}{code}" for system, bar, own in parts for code in (own, own.lower(), own.upper())
        )
    )
