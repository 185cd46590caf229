"""Constraints: most are FHIRPath; the few that stand on nearly everything are judged directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.fhirpath import Compiled
from conformance.fhirpath import compile as compile_fhirpath
from conformance.problem import Problem
from conformance.profiles.issue import Severity
from conformance.profiles.native import NATIVE
from conformance.profiles.rules import constraint_rule
from conformance.profiles.seeking import Seeking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit

    Known = Callable[[Node], bool | None]

_SEVERITY = {"error": Severity.ERROR, "warning": Severity.WARNING}
_HOLLOW = {"BackboneElement", "Element", "Resource", "DomainResource"}


def invariant_checks(part: Element, *, known: frozenset[str] = frozenset()) -> list[Check]:
    """Return the checks of an element's constraints, but for those judged already."""
    found = []
    for constraint in part.row.get("constraint", ()):
        expression = constraint.get("expression")
        if expression and constraint.get("key") not in known and expression not in _ELSEWHERE:
            found.append(_check(part, constraint, str(expression)))
    return found


# ele-1: every object is looked at for content (objects)
_ELSEWHERE = {
    "hasValue() or (children().count() > id.count())",
    "hasValue() or (children().count() > id.count()) or $this is Parameters",
}


def _check(part: Element, constraint: Mapping[str, Json], expression: str) -> Check:
    rule = constraint_rule(part, constraint)
    native = NATIVE.get(str(constraint.get("key")), {}).get(expression)
    if native is not None:
        severity = _SEVERITY.get(str(constraint.get("severity")), Severity.ERROR)
        return native(rule, severity, _said(constraint))
    return _evaluated(part, constraint, expression, rule)


def _evaluated(part: Element, constraint: Mapping[str, Json], expression: str, rule: Rule) -> Check:
    compiled: Compiled | Problem | None = None
    known: Known = _unknown
    severity = _SEVERITY.get(str(constraint.get("severity")), Severity.ERROR)
    seeks = "resolve" in expression
    outside = "." in part.path and "%r" in expression

    def check(value: Json, node: Node, visit: Visit) -> None:
        nonlocal compiled, known
        if known(node):
            return
        if compiled is None:
            compiled = _compiled(expression, _base(part))
            known = compiled.known if isinstance(compiled, Compiled) else known
        if isinstance(compiled, Problem):
            _not_judged(node, visit, rule, compiled, Severity.WARNING)
            return
        seeking = Seeking(node, visit) if seeks else None
        try:
            variables = _around(node) if outside else None
            nodes = compiled(node, resolve=seeking, variables=variables)
        except Problem as problem:
            _not_judged(node, visit, rule, problem, Severity.INFORMATION)
            return
        holds = _holds(nodes) or _covers(expression, nodes, value)
        if not holds and (seeking is None or not seeking.unknown):
            visit.report(
                node,
                "invariant",
                _said(constraint),
                rule=rule,
                severity=severity,
                expected=expression,
                actual=False,
            )

    return check


def _unknown(_node: Node) -> bool | None:
    """Leave it to an evaluation."""
    return None


def _around(node: Node) -> Mapping[str, Json] | None:
    """R4 fhirpath.html#variables: %resource holds the element, even where that is a resource itself."""
    if node.parent is None or node.resource is not node:
        return None
    return {"resource": node.parent.resource, "rootResource": node.parent.home}


def _said(constraint: Mapping[str, Json]) -> str:
    return f"{constraint.get('key', '')}: {constraint.get('human', constraint.get('expression'))}"


def _compiled(expression: str, base: str) -> Compiled | Problem:
    try:
        return compile_fhirpath(expression, base)
    except Problem as problem:
        return problem


def _base(part: Element) -> str:
    """Return what an expression starts from: a type, or the path of an element with children of its own."""
    types = {str(row.get("code")) for row in part.types}
    if len(types) == 1 and not types & _HOLLOW and "://" not in next(iter(types)):
        return types.pop()
    return part.base_path


def _holds(nodes: list[Node]) -> bool:
    """Tell whether a constraint holds, as HL7's own validator reads it: an empty result does not."""
    if len(nodes) == 1 and isinstance(nodes[0].value, bool):
        return nodes[0].value
    return bool(nodes)


_PER_1 = "start.hasValue().not() or end.hasValue().not() or (start <= end)"


def _covers(expression: str, nodes: list[Node], value: Json) -> bool:
    """Tell whether per-1 cannot compare a start with an end that covers it.

    "The high value includes any matching date/time" (R4 datatypes-definitions.html#Period.end), so that a day
    ends what began on it. Of a start that is less precise than the end this says nothing.
    """
    if expression != _PER_1 or nodes or not isinstance(value, dict):
        return False
    start, end = value.get("start"), value.get("end")
    return isinstance(start, str) and isinstance(end, str) and start.startswith(end)


def _not_judged(node: Node, visit: Visit, rule: Rule, problem: Problem, severity: Severity) -> None:
    """Say that a constraint was not judged: a warning where that is so whatever it is put to."""
    visit.report(
        node,
        "not-supported",
        f"Whether this constraint holds cannot be said: {problem.message}",
        rule=rule,
        severity=severity,
    )
