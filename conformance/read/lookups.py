"""Look-ups `{{ name.attribute }}` in texts: found, checked for form, and replaced; they never compute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.model import Json

_LOOK_UP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_INSIDE = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]*)(?:\.([A-Za-z][A-Za-z0-9_-]*))?\s*")


@dataclass(frozen=True, slots=True)
class LookUp:
    """One look-up: a name, and what of it is meant (nothing: the name itself)."""

    name: str
    attribute: str = ""

    def __str__(self) -> str:
        return f"{self.name}.{self.attribute}" if self.attribute else self.name


def found(text: str) -> Iterator[LookUp]:
    """Return the look-ups of a text; raises Problem for one that is not closed or not a name."""
    if "{{" not in text:
        return
    for inside in _LOOK_UP.findall(text):
        yield _look_up(inside)
    if "{{" in _LOOK_UP.sub("", text):
        raise Problem("look-up", f"a look-up is not closed: '{text}'", hint="write {{ name }}")


def _look_up(inside: str) -> LookUp:
    match = _INSIDE.fullmatch(inside)
    if match is None:
        raise Problem(
            "look-up",
            f"'{{{{{inside}}}}}' is no look-up",
            hint="a look-up is a name, or a name with one attribute: it looks up, it does not compute",
        )
    return LookUp(match[1], match[2] or "")


def filled(value: Json, look: Callable[[LookUp], str]) -> Json:
    """Return a JSON value with every look-up in its texts and keys replaced."""
    if isinstance(value, str):
        return fill(value, look) if "{{" in value else value
    if isinstance(value, dict):
        return {fill(k, look) if "{{" in k else k: filled(part, look) for k, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(part, look) for part in value]
    return value


def fill(text: str, look: Callable[[LookUp], str]) -> str:
    """Return a text with every look-up replaced."""
    return _LOOK_UP.sub(lambda match: look(_look_up(match[1])), text)


def alone(text: str) -> LookUp | None:
    """Return the look-up that is the whole text, if it is one."""
    match = _LOOK_UP.fullmatch(text.strip())
    return next(well_formed(match[0]), None) if match else None


def well_formed(text: str) -> Iterator[LookUp]:
    """Return the look-ups of a text that are such; the others are somebody else's to complain about."""
    for inside in _LOOK_UP.findall(text):
        if match := _INSIDE.fullmatch(inside):
            yield LookUp(match[1], match[2] or "")
