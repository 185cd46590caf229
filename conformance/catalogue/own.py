"""A user's own requirements in the record of a run, so that it can be judged again without their folder."""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.catalogue import requirements
from conformance.model import Evidence, Exclusion, Gate, Level, Party, Requirement, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.model import Json

_NAMES = tuple(field.name for field in fields(Requirement))
_WORDS: Mapping[str, Callable[[str], Json]] = {
    "level": Level,
    "evidence": Evidence,
    "gate": Gate,
    "binds": Party,
    "state": State,
    "excluded": Exclusion,
}


def told(known: Mapping[str, Requirement]) -> list[Json]:
    """Return the requirements that are not shipped, as the header of a run holds them."""
    shipped = requirements()
    return [_written(each) for name, each in known.items() if name not in shipped]


def recalled(own: Iterable[Mapping[str, Json]]) -> Mapping[str, Requirement]:
    """Return the shipped requirements together with those that a header holds."""
    shipped = requirements()
    mine = {each["id"]: _read(each) for each in own}
    # A rule that has become a shipped one since then is the shipped one.
    return MappingProxyType({**mine, **shipped}) if mine else shipped


def _written(requirement: Requirement) -> dict[str, Json]:
    values = {name: getattr(requirement, name) for name in _NAMES}
    return {name: str(value) for name, value in values.items() if value is not None}


def _read(written: Mapping[str, Json]) -> Requirement:
    return Requirement(**{name: _WORDS.get(name, str)(written[name]) for name in _NAMES if name in written})
