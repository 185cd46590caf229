"""Random resources of any type, built along FHIR's element tree: lawful in structure, plausible values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from agreement_values import COMPLEX, MIMES, PRIMITIVES, SYSTEMS, extension, reference
from hypothesis import strategies as st

from conformance.definitions import r4

if TYPE_CHECKING:
    from collections.abc import Callable

_PATH = re.compile(r"[A-Z]\w+(?:\.[a-z]\w*)+")
_CAST = re.compile(r"([A-Z][\w.]+?)(?: as |\.as\()(\w+)\)")
_WHERE = re.compile(r"([A-Z][\w.]+)\.where\((\w+)='([\w-]+)'\)(\.\w+)?")
# Chances in a hundred that an optional element is there: one that can be searched, and any other.
_SEARCHED, _OTHER = 75, 12
_DEEPEST = 5
_LEFT_OUT = frozenset({"id", "implicitRules", "modifierExtension", "contained"})
_CODES = {
    "contentType": st.sampled_from(MIMES),
    "language": st.sampled_from(["en", "de", "de-CH"]),
}


@dataclass(frozen=True)
class Searched:
    """What the search parameters of a type look at: paths, types of choices, codes that they ask for."""

    paths: frozenset[str]
    casts: dict[str, list[str]]
    codes: dict[str, list[str]]


@cache
def searched(type_):
    """Return what the search parameters of a type look at."""
    paths, casts, codes = {f"{type_}.meta"}, {}, {}
    for expression in _expressions(type_):
        for path in _PATH.findall(expression):
            parts = path.split(".")
            paths |= {".".join(parts[:size]) for size in range(2, len(parts) + 1)}
        for path, cast in _CAST.findall(expression):
            casts.setdefault(path, []).append(cast)
        for path, name, code, rest in _WHERE.findall(expression):
            paths |= {f"{path}.{name}", path + rest}
            codes.setdefault(f"{path}.{name}", []).append(code)
    return Searched(frozenset(paths), casts, codes)


def _expressions(type_):
    for parameter in r4.parameters(type_).values():
        yield parameter.expression
        for part in parameter.components:
            for root in parameter.expression.split(" | "):
                yield from (f"({root}.{one})" for one in part.expression.split(" | "))


@dataclass(frozen=True)
class _Walk:
    draw: Callable[[Any], Any]
    look: Searched
    base: str

    def chance(self, percent):
        # An optional element is left out in the simplest example.
        return self.draw(st.integers(0, 99)) >= 100 - percent

    def members(self, where, path, depth):
        """Return the members of an object whose elements are defined at `where`."""
        made = {}
        for element in r4.children(where).values():
            if element.name in _LEFT_OUT:
                continue
            here = f"{path}.{element.name}"
            if element.min or self._optional(element, here, depth):
                made |= self._member(element, here, depth)
        return made

    def _optional(self, element, here, depth):
        if element.name == "extension":
            return self.chance(3)
        deep = depth >= _DEEPEST or (depth > 1 and element.content)
        if here in self.look.paths:
            return self.chance(_SEARCHED)
        return not deep and self.chance(_OTHER // (depth + 1))

    def _member(self, element, here, depth):
        type_ = self._type(element, here)
        key = element.name + type_[0].upper() + type_[1:] if element.choice else element.name
        if element.max == "1":
            value = self._value(element, type_, here, depth)
            return self._primitive_extension(key, value, type_) if value else {key: value}
        sizes = [1, 1, 2] if here in self.look.paths else [1]
        size = self.draw(st.sampled_from(sizes))
        values = [self._value(element, type_, here, depth) for _ in range(size)]
        if size > 1 and type_ in PRIMITIVES and self.chance(10):
            # A null keeps the place of an item that has only an extension (R4 json.html#primitive).
            return {key: [None, *values[1:]], f"_{key}": [{"extension": [self.draw(extension)]}, None]}
        return {key: values}

    def _primitive_extension(self, key, value, type_):
        if type_ in PRIMITIVES and type_ != "xhtml" and self.chance(3):
            beside = {f"_{key}": {"extension": [self.draw(extension)]}}
            return beside if self.chance(50) else {key: value} | beside
        return {key: value}

    def _type(self, element, here):
        wanted = [one for one in self.look.casts.get(here, []) if one in element.types]
        if wanted and self.chance(75):
            return self.draw(st.sampled_from(wanted))
        return self.draw(st.sampled_from(element.types))

    def _value(self, element, type_, here, depth):
        if type_.startswith("System."):
            type_ = "string"
        if here in self.look.codes:
            return self.draw(st.sampled_from(self.look.codes[here]))
        if type_ in PRIMITIVES:
            return self.draw(
                _CODES.get(element.name, PRIMITIVES[type_]) if type_ == "code" else PRIMITIVES[type_]
            )
        if type_ == "Reference":
            return self.draw(reference(element.targets, self.base))
        if type_ == "Resource":
            return {"resourceType": "Basic", "code": {"coding": [{"system": SYSTEMS[0], "code": "inside"}]}}
        if type_ in COMPLEX and not self._inside(here):
            return self.draw(COMPLEX[type_])
        return self._object(element, type_, here, depth)

    def _inside(self, here):
        """Tell whether a parameter looks at elements inside the value that its own strategy may not have."""
        return any(path.startswith(f"{here}.") for path in self.look.codes)

    def _object(self, element, type_, here, depth):
        where = type_ if element.choice else element.content or element.path
        made = self.members(where, here, depth + 1)
        return made or self._least(where, here, depth)

    def _least(self, where, here, depth):
        """Return an object with one member, because none may be empty."""
        elements = [one for one in r4.children(where).values() if one.types[0] in PRIMITIVES] or [
            one for one in r4.children(where).values() if one.name not in _LEFT_OUT | {"extension"}
        ]
        return self._member(elements[0], f"{here}.{elements[0].name}", depth + 1)


@st.composite
def instances(draw, type_, base):
    """Return a strategy for resources of a type, as they are sent to the server at `base`."""
    walk = _Walk(draw, searched(type_), base)
    return {"resourceType": type_} | walk.members(type_, type_, 0)
