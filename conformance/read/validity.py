"""Whether what is `given` is valid after `set` and `drop`: judged before anything is created."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance import guides
from conformance.definitions.form import shaped
from conformance.definitions.release import R4, release
from conformance.problem import Problem
from conformance.read.fixtures import build
from conformance.read.ownership import owners
from conformance.read.parsing import by_place, once
from conformance.read.types import types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Given, Json, Scenario
    from conformance.read.fixtures import Fixtures
    from conformance.read.loading import Loaded
    from conformance.read.lookups import LookUp

HINT = "mend the fixture or its `set`; `dermconf validate FILE` judges a file in the same way"
_BASE = "http://localhost/fhir"
_ID = "1"
# What a look-up stands for is not known yet; anything of the right form will do.
_FORMS: Mapping[str, str] = {
    "": "{type}/{id}",
    "id": "{id}",
    "type": "{type}",
    "url": "{base}/{type}/{id}",
    "version": "1",
    "versioned": "{type}/{id}/_history/1",
}
_WORDS: Mapping[str, str] = {"n": "1", "run": "0", "base": _BASE}


def invalid(loaded: Loaded) -> list[Problem]:
    """Return what makes the `given` of a file's rows invalid, judged by the shipped guides."""
    found = (problem for one in loaded.scenarios for problem in _of(one, loaded.fixtures))
    return sorted(once(found), key=by_place)


def entry(given: Given) -> str:
    """Return what a person calls an entry of `given`: its name, its fixture, and whether that is changed."""
    changed = " after `set`" if given.set else " after `drop`" if given.drop else ""
    return f"'{given.name}' ({given.file}{changed})"


def _of(scenario: Scenario, fixtures: Fixtures) -> Iterator[Problem]:
    look = partial(_plausible, types=types(scenario, fixtures))
    actual = {owned: owned for owned in owners(scenario, fixtures)}
    for given in scenario.given:
        fixture = fixtures.body(given.file)
        body = build(fixture, put=given.set, drop=given.drop, actual=actual, look=look, tag="lint")
        if fault := first_error(body) if scenario.fhir == R4 else _first_of_form(body, scenario.fhir):
            yield Problem("fixture", f"{entry(given)} is not valid: {fault}", place=given.place, hint=HINT)


def first_error(body: Json, judging: guides.Guides | None = None) -> str:
    """Return the first error of a resource by its type and the profiles that it claims, or nothing."""
    errors = (issue for issue in (judging or guides.shipped()).issues(body) if issue.severity == "error")
    return next((f"{issue.at}: {issue.message}" for issue in errors), "")


def _first_of_form(body: Json, spoken: str) -> str:
    """Return the first mistake in the form of a resource of another release, or nothing."""
    with release(spoken):
        return next(shaped(body), "")


def _plausible(look: LookUp, types: Mapping[str, str]) -> str:
    if look.name in _WORDS and not look.attribute:
        return _WORDS[look.name]
    if look.name == "known":
        # A value of the target's settings: of what type it is, nobody knows before.
        return f"https://elsewhere.example.org/{look.attribute}"
    return _FORMS[look.attribute].format(type=types.get(look.name, "Basic"), id=_ID, base=_BASE)
