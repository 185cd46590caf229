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
    from conformance.profiles.items import Item
    from conformance.profiles.visit import Check, Memory

    Key = tuple[Callable[..., None], bytes]

# References and extensions are about what is around them; elements without a type seldom come again.
_NEVER = {"Reference", "Extension", "BackboneElement", "Element", "Resource"}
# Members that are about more than the value, and null, as which orjson also writes numbers that are none
_BEYOND = (b'"id":', b'"extension":', b'"reference":', b'"resourceType":', b"null")
_LONGEST = 512  # bytes of a value that is likely to come again
_MOST = 4096  # values
_TRIAL = 64  # new values at one place, after which as many have to have come again


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


def memorable(item: Item) -> bool:
    """Tell whether an item is of a kind that may be judged apart."""
    return item.type not in _NEVER


class Remembering:
    """The check of an item, which finds again what it found in an equal one while that is worth its while."""

    __slots__ = ("again", "item", "new", "stem", "worth")

    def __init__(self, stem: str, item: Item) -> None:
        self.stem = stem
        self.item = item
        self.worth = True
        self.new = self.again = 0

    def __call__(self, value: Json, _extra: Json, node: Node, index: int, visit: Visit) -> None:
        """Judge a value, or repeat what was found in an equal one."""
        found = self._recalled(value, visit) if self.worth else None
        if found == ():
            return
        here = self._node(value, node, index)
        if found is None:
            self.item.check(value, here, visit)
        else:
            visit.repeat(found, here)

    def _node(self, value: Json, parent: Node, index: int = -1) -> Node:
        item = self.item
        return Node(value, item.type, self.stem, shape=item.shape, parent=parent, index=index)

    def _recalled(self, value: Json, visit: Visit) -> tuple[Issue, ...] | None:
        memory = visit.memory
        if memory is None:
            return None
        key = (self, _spelt(value))
        found = memory.get(key)
        if found is None:
            return self._learnt(value, visit, memory, key)
        self.again += 1
        return found

    def _learnt(self, value: Json, visit: Visit, memory: Memory, key: Key) -> tuple[Issue, ...] | None:
        self.new += 1
        if self.new == _TRIAL:
            self.worth = self.again > self.new
            self.new = self.again = 0
        if not _may_come_again(key[1]):
            return None
        found = _apart(self.item.check, self._node(value, _EDGE), visit)
        if found is None:
            self.worth = False  # this check is about what is around
        else:
            _keep(memory, key, found)
        return found


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


def _keep(memory: Memory, key: Key, found: tuple[Issue, ...]) -> None:
    if len(memory) >= _MOST:
        memory.clear()
    memory[key] = found
