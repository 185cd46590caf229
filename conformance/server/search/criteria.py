"""Reads one filter of a search: modifiers, chains, `_has`; and says what of it cannot be run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.problem import did_you_mean
from conformance.server.search import index
from conformance.server.search.escape import split
from conformance.server.search.kinds import KINDS
from conformance.server.search.kinds.links import is_type
from conformance.server.search.query import Criterion
from conformance.server.search.supported import modifiers, parameter, parameters, references
from conformance.server.search.world import Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.definitions.r4 import SearchParameter

# Every reference of a chain multiplies the types that may stand at its end.
_HOPS = 4


def read(type_: str, name: str, text: str) -> Criterion | None:
    """Return the filter that a parameter asks of a type, or nothing where there is no such parameter."""
    if name.startswith("_has:"):
        return _has(type_, name, text)
    head, chained, rest = name.partition(".")
    code, _, modifier = head.partition(":")
    found = parameter(type_, code)
    if found is None:
        return None
    if chained:
        return _chain(Criterion(name=name, text=text, type=type_, code=code, modifier=modifier), rest)
    alternatives = tuple(part for part in split(text, ",") if part)
    return Criterion(
        name=name, text=text, type=type_, code=code, modifier=modifier, alternatives=alternatives
    )


def _chain(link: Criterion, rest: str) -> Criterion | None:
    found = references(link.type).get(link.code)
    if found is None:
        return None
    if rest.count(".") >= _HOPS:
        message = f"A chain over more than {_HOPS} references costs too much."
        raise Refused(message, code="too-costly", parameter=link.name)
    if link.modifier and link.modifier not in found.targets:
        raise _unsupported(link.name, link.modifier, found.targets)
    # A chain without a type asks of every target type that has the parameter (search.html#chaining).
    targets = [link.modifier] if link.modifier else found.targets
    asked = [read(target, rest, link.text) for target in targets]
    then = tuple(further for further in asked if further)
    return replace(link, then=then) if then else None


def _has(type_: str, name: str, text: str) -> Criterion | None:
    parts = name.split(":", 3)
    if len(parts) < 4 or not parts[3]:  # noqa: PLR2004 - _has, type, reference, parameter
        raise Refused(
            "_has needs a type, a reference and a parameter, as in _has:Observation:patient:code.",
            parameter=name,
        )
    _, source, code, rest = parts
    link = references(source).get(code) if is_type(source) else None
    then = read(source, rest, text) if link and type_ in link.targets else None
    if then is None:
        return None
    return Criterion(name=name, text=text, type=type_, code=code, source=source, then=(then,))


def check(criterion: Criterion, base: str) -> None:
    """Raise `Refused` where a filter has a modifier or a value that cannot be run."""
    try:
        for further in criterion.then:
            check(further, base)
        if not criterion.then:
            _check_plain(criterion, base)
    except Refused as refused:
        # The client is told of the parameter as it wrote it, not of the part that a chain ends in.
        raise Refused(refused.message, code=refused.code, parameter=criterion.name) from None


def _check_plain(criterion: Criterion, base: str) -> None:
    found = parameters(criterion.type)[criterion.code]
    _check_modifier(criterion, found)
    _check_values(criterion, found, base)


def _check_modifier(criterion: Criterion, found: SearchParameter) -> None:
    understood = modifiers(criterion.type, criterion.code)
    modifier = criterion.modifier
    # A modifier that is not supported SHALL be refused (R4-SRCH-09).
    if (
        modifier
        and modifier not in understood
        and not (found.type == "reference" and modifier in found.targets)
    ):
        raise _unsupported(criterion.name, modifier, understood)


def _unsupported(name: str, modifier: str, known: Collection[str]) -> Refused:
    hint = did_you_mean(modifier, known)
    message = f"The modifier ':{modifier}' is not supported here{'; ' + hint if hint else '.'}"
    return Refused(message, code="not-supported", parameter=name)


def _check_values(criterion: Criterion, found: SearchParameter, base: str) -> None:
    if criterion.modifier == "missing":
        if criterion.alternatives not in (("true",), ("false",)):
            raise Refused(f"':missing' takes true or false, not '{criterion.text}'.", code="value")
        return
    for alternative in criterion.alternatives:
        if found.type == "composite":
            _check_composite(criterion.type, found, alternative, base)
        else:
            KINDS[found.type].matcher(alternative, criterion.modifier, base)


def _check_composite(type_: str, found: SearchParameter, text: str, base: str) -> None:
    kinds = [kind for kind, _ in index.components(type_, found)]
    parts = split(text, "$")
    if len(parts) != len(kinds) or not all(parts):
        raise Refused(f"'{text}' does not have {len(kinds)} values joined by '$'.", code="value")
    for kind, part in zip(kinds, parts, strict=True):
        KINDS[kind].matcher(part, "", base)
