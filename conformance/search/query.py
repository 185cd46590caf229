"""Whether a resource belongs to the result of a query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.search.answers import Verdict, all_of, choice, must
from conformance.search.asked import Asked
from conformance.search.chains import candidates, chained, reverse
from conformance.search.matchers import matcher
from conformance.search.spelling import Name, name
from conformance.search.terms import judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json
    from conformance.search.world import World

# R4 search.html#return: they shape the result and filter nothing.
RESULT = frozenset(
    {"_count", "_sort", "_include", "_revinclude", "_summary", "_elements", "_total", "_score"}
    | {"_contained", "_containedType", "_format", "_pretty"}
)


def answer(type_: str, query: Sequence[tuple[str, str]], resource: Json, world: World) -> Verdict:
    """Answer whether a resource belongs to the result of a query, by the parameter that decides."""
    other = next(((name_, value) for name_, value in query if _changes(name_, value)), None)
    if other:
        return replace(choice(f"'{other[0]}={other[1]}' changes what is looked for"), parameter=other[0])
    # Of several that agree, the first gives the reason, and whose patient it is goes without saying.
    return all_of(sorted(terms(type_, query, resource, world), key=_is_context))


def _is_context(verdict: Verdict) -> bool:
    return verdict.parameter.partition(":")[0] in {"patient", "subject"}


def _changes(name_: str, value: str) -> bool:
    """Tell whether a parameter gives the whole query another meaning (R4 search.html#contained, #query)."""
    return name_ == "_query" or (name_ == "_contained" and value not in {"", "false"})


def terms(type_: str, query: Sequence[tuple[str, str]], resource: Json, world: World) -> list[Verdict]:
    """Answer every filtering parameter of a query on its own."""
    asked = [(name_, value) for name_, value in query if not shapes(name_)]
    return [term(type_, name_, value, resource, world) for name_, value in asked]


def shapes(name_: str) -> bool:
    """Tell whether a parameter shapes the result instead of filtering it."""
    return name_.partition(":")[0] in RESULT


def term(type_: str, name_: str, value: str, resource: Json, world: World) -> Verdict:
    """Answer whether a resource matches one parameter of a query."""
    return replace(_term(type_, name_, value, resource, world), parameter=name_)


def _term(type_: str, name_: str, value: str, resource: Json, world: World) -> Verdict:
    spelt = name(name_)
    if value == "":
        return must("an empty parameter is ignored")
    if spelt is None:
        return choice(f"'{name_}' is no parameter name")
    if spelt.source:
        return reverse(type_, spelt, value, Asked(parameter=_HAS, resource=resource, world=world), term)
    parameter = r4.parameter(type_, spelt.code)
    if parameter is None:
        return choice(f"{type_} has no R4 search parameter '{spelt.code}', and servers should ignore it")
    if spelt.rest:
        return chained(spelt, value, Asked(parameter=parameter, resource=resource, world=world), term)
    return judged(parameter, spelt.modifier, value, resource, world)


_HAS = r4.SearchParameter(url="", code="_has", type="special", expression="")


def known(type_: str, name_: str) -> bool:
    """Tell whether the oracle can judge a parameter of a type, modifier and chain included."""
    spelt = name(name_)
    if spelt is None:
        return False
    if spelt.source:
        names = (spelt.code, spelt.rest)
        return spelt.source in r4.resource_types() and all(known(spelt.source, one) for one in names)
    return _known_here(type_, spelt)


def _known_here(type_: str, spelt: Name) -> bool:
    parameter = r4.parameter(type_, spelt.code)
    if parameter is None:
        return False
    if spelt.rest:
        types = candidates(parameter, spelt) if parameter.type == "reference" else []
        return len(types) == 1 and known(types[0], spelt.rest)
    if spelt.modifier == "missing":
        return parameter.type != "composite" and bool(parameter.expression)
    return matcher(parameter, spelt.modifier) is not None
