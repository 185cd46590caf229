"""The requirements: every statement of every specification that the suite knows, tested or not."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.catalogue.reading import Entry, read
from conformance.problem import Problem, Problems, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Requirement

SHIPPED = Path(__file__).parent
# Of the shipped requirements. A change that can change a verdict raises it, stands in CHANGELOG.md under
# "Verdicts that can change", and is tested by the scenarios whose testcases/VERSION says the same.
VERSION = "7"


@lru_cache(maxsize=1)
def requirements() -> Mapping[str, Requirement]:
    """Return the shipped requirements by id, in the order of their files."""
    return load()


def load(folder: Path | None = None) -> Mapping[str, Requirement]:
    """Return the shipped requirements together with those of a user's own catalogue folder."""
    folders = [SHIPPED] if folder is None else [SHIPPED, folder]
    entries = [entry for each in folders for file in sorted(each.glob("*.yaml")) for entry in read(file)]
    return MappingProxyType({entry.requirement.id: entry.requirement for entry in _unique(entries)})


def requirement(id: str, among: Mapping[str, Requirement] | None = None) -> Requirement:  # noqa: A002 - FHIR's word
    """Return one requirement, whatever the letter case of its id, or complain with the nearest id."""
    known = requirements() if among is None else among
    found = known.get(id) or {name.lower(): each for name, each in known.items()}.get(id.lower())
    if found is not None:
        return found
    hint = f"{did_you_mean(id.upper(), known)} see `dermconf list requirements`".strip()
    raise Problem("unknown-requirement", f"no requirement '{id}' is known", hint=hint)


def _unique(entries: Iterable[Entry]) -> Iterable[Entry]:
    first: dict[str, Entry] = {}
    clashes = [
        _clash(first[entry.requirement.id], entry)
        for entry in entries
        if first.setdefault(entry.requirement.id, entry) is not entry
    ]
    if clashes:
        raise Problems(clashes)
    return first.values()


def _clash(first: Entry, second: Entry) -> Problem:
    message = f"requirement '{second.requirement.id}' is already defined at {first.place}"
    return Problem("requirement-clash", message, place=second.place, hint="choose an id of your own")
