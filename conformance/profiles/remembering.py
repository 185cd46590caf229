"""What was found in a value is found again in an equal one, where nothing around the value has a say.

That is proven, not supposed: a value that is seen for the first time is judged apart, with nothing to ask
around it. Who asks all the same ends the attempt, and then the value is judged where it stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import orjson

from conformance.fhirpath import Node
from conformance.profiles.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json
    from conformance.profiles.issue import Issue
    from conformance.profiles.visit import Check, Memory

    Recall = Callable[[Json, Visit], tuple[Issue, ...] | None]

# Codes come again and again; names, times and what was measured seldom do, and references are about others.
_CODED = {"CodeableConcept", "Coding", "code"}
# Members that are about more than the value, and null, as which orjson also writes numbers that are none
_BEYOND = (b'"id":', b'"extension":', b'"reference":', b'"resourceType":', b"null")
_LONGEST = 512  # bytes of a value that is likely to come again
_MOST = 4096  # values


class Outside(Exception):  # noqa: N818 - no error: the value is judged where it stands
    """Something around a value was asked for."""


class _Edge(Node):
    """Stands for all that is around a value, and answers no question but for the place."""

    __slots__ = ()

    def __init__(self) -> None:
        """Leave everything open."""

    def __getattr__(self, _name: str) -> NoReturn:
        raise Outside

    @property
    def path(self) -> str:
        """Return nothing: the place is filled in when it is known."""
        return ""


_EDGE = _Edge()


def recalled(check: Check, type_: str, shape: str, stem: str) -> Recall:
    """Return what recalls the issues of an equal value, or None where the value has to be judged."""
    alone = type_ in _CODED

    def recall(value: Json, visit: Visit) -> tuple[Issue, ...] | None:
        nonlocal alone
        memory = visit.memory
        if not alone or memory is None:
            return None
        key = (recall, _spelt(value))
        found = memory.get(key)
        if found is None and _may_come_again(key[1]):
            found = _apart(check, Node(value, type_, stem, shape=shape, parent=_EDGE), visit)
            alone = found is not None
            if found is not None:
                _keep(memory, key, found)
        return found

    return recall


def _spelt(value: Json) -> bytes:
    """Return what unequal values do not share; nothing for a value that cannot be written."""
    try:
        return orjson.dumps(value)
    except (TypeError, RecursionError):  # exact numbers are not for orjson to spell
        return b""


def _may_come_again(spelt: bytes) -> bool:
    if not 0 < len(spelt) <= _LONGEST:
        return False
    for mark in _BEYOND:  # noqa: SIM110 - asked of every new value; a generator takes twice as long
        if mark in spelt:
            return False
    return True


def _apart(check: Check, node: Node, visit: Visit) -> tuple[Issue, ...] | None:
    """Return the issues of a value that has nothing around it, or None where that makes a difference."""
    apart = Visit(visit.library, visit.terms, _refuse, visit.policy, visit.memory)
    try:
        check(node.value, node, apart)
    except Outside:
        return None
    if not apart.issues:
        return ()
    places = [issue.at.removeprefix(node.path) for issue in apart.issues]
    if not all(place[:1] in {"", ".", "["} for place in places):
        return None
    return tuple(replace(issue, at=place) for issue, place in zip(apart.issues, places, strict=True))


def _refuse(_reference: str) -> NoReturn:
    raise Outside


def _keep(memory: Memory, key: tuple[Recall, bytes], found: tuple[Issue, ...]) -> None:
    if len(memory) >= _MOST:
        memory.clear()
    memory[key] = found
