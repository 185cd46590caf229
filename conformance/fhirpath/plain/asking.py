"""Questions to regular JSON: is something there, does all of it hold, what does a text look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.fhirpath import syntax
from conformance.fhirpath.functions.fhir import spelt_type
from conformance.fhirpath.functions.strings import pattern
from conformance.fhirpath.node import shape_types
from conformance.fhirpath.plain.parts import (
    CALLS,
    TERMS,
    Truth,
    Unfit,
    compiled,
    items_of,
    negated,
    run_of,
    text_of,
)
from conformance.fhirpath.plain.regular import Irregular
from conformance.fhirpath.types import wanted_types
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json

    Test = Callable[[str], bool]

_STRING = "System.String"


def _present(term: syntax.Call, shape: str) -> Truth:
    """Return exists() or empty()."""
    wanted = term.name == "exists"
    found = compiled(term.source, shape)
    if isinstance(found, Truth):
        run = found.run
        return Truth(run=lambda this: (run(this) is not None) is wanted)
    many, one = found.many, found.one
    if one is not None:
        return Truth(run=lambda this: (one(this) is not None) is wanted)
    return Truth(run=lambda this: bool(many(this)) is wanted)


def _exists(term: syntax.Call, shape: str) -> Truth:
    source = items_of(term.source, shape)
    many, holds = source.many, run_of(term.args[0], source.shape)
    # All are asked, as by the nodes: what is wrong with the last one is not to be passed over.
    return Truth(run=lambda this: True in [holds(each) for each in many(this)])


def _all(term: syntax.Call, shape: str) -> Truth:
    source = items_of(term.source, shape)
    many, holds = source.many, run_of(term.args[0], source.shape)
    return Truth(run=lambda this: all(holds(each) is True for each in many(this)))


def _has_value(term: syntax.Call, shape: str) -> Truth:
    items = items_of(term.source, shape)
    if items.shape not in r4.primitive_types():
        raise Unfit
    many = items.many
    return Truth(run=lambda this: len(many(this)) == 1)


def _not(term: syntax.Call, shape: str) -> Truth:
    return negated(run_of(term.source, shape))


def _tested(term: syntax.Call, shape: str) -> Truth:
    """Return the test of a text by a text that stands in the expression."""
    only, argument = text_of(term.source, shape), term.args[0]
    if not isinstance(argument, syntax.Literal) or argument.type != _STRING:
        raise Unfit
    try:
        test = _TESTS[term.name](argument.value)
    except Problem:  # no pattern: that is said when it is needed
        raise Unfit from None
    return Truth(run=lambda this: None if (found := only(this)) is None else test(found))


def _refers_to(term: syntax.TypeTest, shape: str) -> Truth:
    """Return `resolve() is Type`, where the spelling of the reference tells the type."""
    operand = term.operand
    if term.operator != "is" or not isinstance(operand, syntax.Call) or operand.name != "resolve":
        raise Unfit
    items, wanted = items_of(operand.source, shape), wanted_types(term.type)
    if items.shape != "Reference":
        raise Unfit
    only = items.only

    def run(this: Json) -> bool | None:
        found = only(this)
        if found is None:
            return None
        reference = found.get("reference")
        type_ = spelt_type(reference) if type(reference) is str else ""
        if not type_:
            raise Irregular
        return not wanted.isdisjoint(shape_types(type_))

    return Truth(run=run)


def _matching(wanted: str) -> Test:
    search = pattern(wanted).search
    return lambda found: search(found) is not None


def _matching_whole(wanted: str) -> Test:
    match = pattern(wanted).fullmatch
    return lambda found: match(found) is not None


_TESTS: dict[str, Callable[[str], Test]] = {
    "matches": _matching,
    "matchesFull": _matching_whole,
    "startsWith": lambda wanted: lambda found: found.startswith(wanted),
    "endsWith": lambda wanted: lambda found: found.endswith(wanted),
    "contains": lambda wanted: lambda found: wanted in found,
}
TERMS |= {syntax.TypeTest: _refers_to}
CALLS |= {
    **{(name, 1): _tested for name in _TESTS},
    ("exists", 0): _present,
    ("empty", 0): _present,
    ("exists", 1): _exists,
    ("all", 1): _all,
    ("hasValue", 0): _has_value,
    ("not", 0): _not,
}
