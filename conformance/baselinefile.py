"""Baselines as files: what a person accepts, read strictly, and written so that it can be read again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from conformance.baseline import Entry, Settled, check_of, gaps, open_findings, outlived
from conformance.model import Result, Verdict
from conformance.problem import Problem, Problems, did_you_mean
from conformance.read.language import TEXT
from conformance.read.shape import complaints
from conformance.yamlfile import load, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.events import Run, ScenarioRun
    from conformance.model import Json
    from conformance.yamlfile import Tree

_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_KEYS = ("scenario", "requirement", "check", "verdict", "owner", "reason", "expires")
# An empty text is told as such already.
_SAID: Json = TEXT | {"pattern": r"\S|^$", "title": "a text that says something"}
_ENTRY: Json = {
    "type": "object",
    "properties": {
        "scenario": TEXT,
        "requirement": TEXT,
        # A number keeps its digits here: 2.10 is the tenth check of step 2.
        "check": {"type": ["string", "number"], "minLength": 1, "title": "a check such as 2.1"},
        "verdict": {"type": "string", "enum": [Verdict.FAIL.value, Verdict.UNTESTED.value]},
        "owner": _SAID,
        "reason": _SAID,
        "expires": {
            "type": "string",
            "pattern": _DATE,
            "title": 'a quoted date, such as "2027-03-01"',
        },
    },
    "required": [key for key in _KEYS if key != "check"],
    "additionalProperties": False,
    "title": f"a map with {', '.join(_KEYS)}",
}
_SHAPE: Json = {
    "type": "object",
    "properties": {"accepted": {"type": "array", "items": _ENTRY, "title": "a list of entries"}},
    "required": ["accepted"],
    "additionalProperties": False,
    "title": "a map with `accepted`",
}
_HEAD = """\
# What is accepted of a run, and who answers for it: `dermconf run --baseline FILE`.
# It changes the exit code, never the verdict. An entry whose check holds again, or that has expired, fails.
accepted:
"""


def read(
    file: Path, scenarios: Collection[str] | None = None, requirements: Collection[str] | None = None
) -> tuple[Entry, ...]:
    """Return the entries of a baseline; raises Problem or Problems with everything that is amiss.

    `scenarios` are the names that there are, with their rows and without; None of either: any name will do.
    """
    tree = load(text_of(file, "the baseline"), str(file))
    known = {"scenario": scenarios, "requirement": requirements}
    amiss = [*complaints(tree, _SHAPE, "the baseline"), *_unknown(tree, known), *_no_dates(tree)]
    if amiss:
        raise Problems(sorted(amiss, key=lambda problem: (problem.place.line, problem.place.column)))
    return tuple(_entry(part.json) for part in tree.value["accepted"].value)


def _entry(stated: Mapping[str, Json]) -> Entry:
    return Entry(**{key: str(value) for key, value in stated.items()})


def _texts(tree: Tree, key: str) -> Iterator[Tree]:
    """Yield what the entries say under a key, where it is a text; what is not is told by its shape."""
    listed = tree.child("accepted")
    for part in listed.value if listed and isinstance(listed.value, tuple) else ():
        found = part.child(key)
        if found is not None and isinstance(found.value, str) and found.value:
            yield found


def _unknown(tree: Tree, known: Mapping[str, Collection[str] | None]) -> Iterator[Problem]:
    for key, names in known.items():
        for text in _texts(tree, key):
            if names is not None and text.value not in names:
                hint = did_you_mean(text.value, names)
                said = f"there is no {key} '{text.value}'"
                yield Problem("baseline", said, place=text.place, hint=hint)


def _no_dates(tree: Tree) -> Iterator[Problem]:
    for text in _texts(tree, "expires"):
        if re.search(_DATE, text.value) and not _is_date(text.value):
            said = f"'{text.value}' is no date"
            yield Problem("baseline", said, place=text.place, hint='such as "2027-03-01"')


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def proposed(run: Run, blank: Entry, untested: Iterable[str], before: Sequence[Entry] = ()) -> list[Entry]:
    """Return what would have to be accepted of a run; what an earlier baseline says of it is kept.

    `blank` has the owner, the reason and the day of what is new, `untested` are the requirements that leave
    the run incomplete. What the run did not play, or not to its end, is kept as well.
    """
    wanted = list(dict.fromkeys([*_broken(run, blank), *_gaps(run, blank, untested)]))
    kept = [e for e in before if any(_same(e, one) for one in wanted) or not outlived(e, run)]
    fresh = [one for one in wanted if not any(_same(entry, one) for entry in before)]
    return sorted([*kept, *fresh], key=lambda entry: (entry.scenario, entry.requirement, entry.check))


def _broken(run: Run, blank: Entry) -> Iterator[Entry]:
    for result, verdict in ((Result.FAILED, Verdict.FAIL), (Result.UNTESTED, Verdict.UNTESTED)):
        for scenario, finding in open_findings(run, Settled(), result):
            yield _of(blank, verdict, scenario, finding["requirement"], check_of(finding))


def _gaps(run: Run, blank: Entry, untested: Iterable[str]) -> Iterator[Entry]:
    for requirement in untested:
        for scenario, index in gaps(run, requirement):
            check = "" if index is None else check_of(scenario.findings[index])
            yield _of(blank, Verdict.UNTESTED, scenario, requirement, check)


def _of(blank: Entry, verdict: Verdict, scenario: ScenarioRun, requirement: str, check: str) -> Entry:
    return replace(blank, scenario=scenario.name, requirement=requirement, verdict=verdict.value, check=check)


def _same(entry: Entry, wanted: Entry) -> bool:
    """Tell whether an entry accepts what is wanted; without a row or a check, it accepts every one."""
    scenario = entry.scenario in {wanted.scenario, wanted.scenario.partition("[")[0]}
    rest = (entry.requirement, entry.verdict) == (wanted.requirement, wanted.verdict)
    return scenario and rest and entry.check in {"", wanted.check}


def written(entries: Iterable[Entry]) -> str:
    """Return entries as YAML; every value is quoted, so that nobody's words are taken for YAML."""
    blocks = "".join(map(_block, entries))
    return f"{_HEAD}{blocks}" if blocks else _HEAD.replace("accepted:\n", "accepted: []\n")


def _block(entry: Entry) -> str:
    stated = [f"{key}: {_quoted(value)}" for key in _KEYS if (value := getattr(entry, key))]
    return f"  - {stated[0]}\n" + "".join(f"    {line}\n" for line in stated[1:])


def _quoted(text: str) -> str:
    """Return a text between double quotes (YAML 1.2, section 5.7), whatever is in it."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
