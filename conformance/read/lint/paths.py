"""Expressions compile against the type that they start with, and each kind agrees with how it is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance import fhirpath
from conformance.checks import jsonpath
from conformance.checks.subjects import opening
from conformance.definitions import r4
from conformance.problem import Problem, did_you_mean
from conformance.read.types import of_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Check, Step
    from conformance.problem import Place
    from conformance.read.lint.ground import Ground
    from conformance.yamlfile import Tree

_LOOK_UP = re.compile(r"\{\{.*?\}\}")
# The kinds whose value is a path.
_PATHS = frozenset({"fhirpath", "reference"})
# The kinds that have no answer of their own: they ask only by what stands beside them.
_ASK_BY_PREDICATE = frozenset({"header", "jsonpath"})
# Any request may be answered by an OperationOutcome (R4 http.html#3.1.0.1.4).
_ALWAYS_POSSIBLE = frozenset({"OperationOutcome"})


def compiled(ground: Ground) -> Iterator[Problem]:
    """Return what is amiss with the expressions of a row."""
    for step, tree in ground.steps():
        answer = of_answer(step, ground.types)
        for number, check in enumerate(step.expect):
            part = tree.find("expect", number)
            if check.kind in _PATHS:
                yield from _expression(check.value, part.find(check.kind).place, answer)
            if "fhirpath" in check.when:
                asked = _answer_of(ground, check.when.get("step"), answer)
                yield from _expression(check.when["fhirpath"], part.find("when", "fhirpath").place, asked)
            if "jsonpath" in check.when:
                yield from _json(check.when["jsonpath"], part.find("when", "jsonpath").place)
            yield from _own_rules(ground, check, part)
        yield from _kept(step, tree, answer)


def _answer_of(ground: Ground, name: str | None, own: str) -> str:
    """Return what a condition looks at: the answer of the step that it names, or the check's own."""
    named = (of_answer(step, ground.types) for step, _ in ground.steps() if name and step.name == name)
    return next(named, own)


def _kept(step: Step, tree: Tree, answer: str) -> Iterator[Problem]:
    for name, how in step.keep.items():
        if "fhirpath" in how:
            yield from _expression(how["fhirpath"], tree.find("keep", name, "fhirpath").place, answer)
        if "jsonpath" in how:
            yield from _json(how["jsonpath"], tree.find("keep", name, "jsonpath").place)


def _json(text: str, place: Place) -> Iterator[Problem]:
    wrong = jsonpath.complaint(text)
    if wrong:
        yield Problem("jsonpath", wrong, place=place)


def _own_rules(ground: Ground, check: Check, tree: Tree) -> Iterator[Problem]:
    kind = ground.kinds[check.kind]
    if check.kind in _ASK_BY_PREDICATE and not check.predicates:
        message = f"'{check.kind}' alone asks nothing"
        hint = f"put one of {', '.join(kind.beside)} beside it"
        yield Problem("check", message, place=tree.at(check.kind), hint=hint)
    for message in kind.lint(check):
        yield Problem("check", message, place=tree.at(check.kind))


def _expression(text: str, place: Place, answer: str) -> Iterator[Problem]:
    # A look-up is replaced when the check is judged; a digit stands for it inside a string and outside.
    expression = _LOOK_UP.sub("1", text)
    base = opening(expression)
    if base and base not in r4.resource_types():
        hint = did_you_mean(base, r4.resource_types())
        yield Problem("fhirpath", f"FHIR R4 has no resource type '{base}'", place=place, hint=hint)
    elif base and answer not in {"", "Bundle", base} and base not in _ALWAYS_POSSIBLE:
        message = f"'{text}' speaks of {base}; this step is answered with {answer}"
        yield Problem("fhirpath", message, place=place)
    else:
        yield from _syntax(expression, base or answer, place)


def _syntax(expression: str, base: str, place: Place) -> Iterator[Problem]:
    try:
        fhirpath.compile(expression, base)
    except Problem as problem:
        yield problem.at(place)
