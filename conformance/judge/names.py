"""What the look-ups of a scenario stand for at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.read.lookups import LookUp, filled, well_formed
from conformance.read.needs import PERHAPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.judge.stage import Stage
    from conformance.model import Json, Resource


class Unbound(Exception):  # noqa: N818 - what follows from it is `not reached`, not an error
    """A look-up names something that an earlier step did not bring about."""

    def __init__(self, name: str) -> None:
        super().__init__(f"'{name}' stands for nothing yet")
        self.name = name


_ATTRIBUTES: Mapping[str, Callable[[Resource], str]] = {
    "": lambda r: r.reference,
    "id": lambda r: r.id,
    "type": lambda r: r.type,
    "url": lambda r: r.url,
    "version": lambda r: r.version,
    "versioned": lambda r: f"{r.reference}/_history/{r.version}",
}


class Lookups:
    """Answers look-ups and remembers what it said, so that the record can hold it."""

    def __init__(self, stage: Stage, *, pending: Mapping[str, str] | None = None, n: int = 0) -> None:
        self._stage = stage
        self._pending = pending or {}
        self._n = n
        self.said: dict[str, str] = {}

    def __call__(self, mark: LookUp) -> str:
        """Return what a look-up stands for; raises Unbound where it stands for nothing yet."""
        text = self._find(mark)
        self.said[str(mark)] = text
        return text

    def filled(self, value: Json) -> Json:
        """Return the value with its look-ups replaced."""
        return filled(value, self)

    def _find(self, mark: LookUp) -> str:
        stage = self._stage
        if mark.name in self._pending and not mark.attribute:
            return self._pending[mark.name]
        if mark.name in stage.names:
            return self._of(stage.names[mark.name][0], mark)
        if mark.name == "known" and mark.attribute in stage.known:
            return stage.known[mark.attribute]
        plain = {"run": stage.run, "base": stage.where, "n": str(self._n) if self._n else ""} | stage.kept
        if plain.get(mark.name) and not mark.attribute:
            return plain[mark.name]
        raise Unbound(str(mark))

    def _of(self, resource: Resource, mark: LookUp) -> str:
        text = _ATTRIBUTES[mark.attribute](resource)
        if not text or (mark.attribute == "versioned" and not resource.version):
            raise Unbound(str(mark))
        return text


def waived(stage: Stage, value: Json) -> str:
    """Return why what needs a value is not asked: nobody told that value, nor had to; nothing otherwise."""
    absent = dict(_untold(stage))
    named = (str(mark) for text in _texts(value) for mark in well_formed(text))
    return next((f"there is no '{name}': {absent[name]}" for name in named if name in absent), "")


def _untold(stage: Stage) -> Iterator[tuple[str, str]]:
    """Yield the values that are not there, and need not be, with why."""
    for step in stage.scenario.steps:
        for name, how in step.keep.items():
            if "optional" in how and stage.kept.get(name) == "":
                yield name, how["optional"]
    for name in stage.scenario.needs.get(PERHAPS, ()):
        if name not in stage.known:
            yield f"known.{name}", "the target's settings do not name it"


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        yield from _texts([*value.keys(), *value.values()])


def lenient(lookups: Lookups, value: Json) -> Json:
    """Return the value with the look-ups replaced that stand for something; the others stay as written."""

    def look(mark: LookUp) -> str:
        try:
            return lookups(mark)
        except Unbound:
            return f"{{{{ {mark} }}}}"

    return filled(value, look)
