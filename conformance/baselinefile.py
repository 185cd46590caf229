"""Baselines as files: what a person accepts, read strictly, and written so that it can be read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from conformance.baseline import Entry, Standing, check_of, open_findings, settle, standings
from conformance.model import Result, Verdict
from conformance.problem import Place, Problem, Problems, did_you_mean
from conformance.read.language import TEXT
from conformance.read.shape import complaints
from conformance.yamlfile import load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from conformance.events import Run
    from conformance.model import Json
    from conformance.yamlfile import Tree

_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_KEYS = ("scenario", "requirement", "check", "verdict", "owner", "reason", "expires")
_ENTRY: Json = {
    "type": "object",
    "properties": {
        "scenario": TEXT,
        "requirement": TEXT,
        "check": {"type": "string", "minLength": 1, "title": 'a check as reports name it, such as "2.1"'},
        "verdict": {"type": "string", "enum": [Verdict.FAIL.value, Verdict.UNTESTED.value]},
        "owner": TEXT,
        "reason": TEXT,
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


def read(file: Path, scenarios: Collection[str], requirements: Collection[str]) -> tuple[Entry, ...]:
    """Return the entries of a baseline; raises Problem or Problems with everything that is amiss.

    `scenarios` are the names that there are, with their rows and without.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Problem("baseline", f"the baseline cannot be read: {why}", place=Place(str(file))) from None
    tree = load(text, str(file))
    amiss = list(complaints(tree, _SHAPE, "the baseline"))
    amiss = amiss or list(_unknown(tree, scenarios, requirements))
    if amiss:
        raise Problems(amiss)
    return tuple(Entry(**part.json) for part in tree.value["accepted"].value)


def _unknown(tree: Tree, scenarios: Collection[str], requirements: Collection[str]) -> Iterator[Problem]:
    for part in tree.value["accepted"].value:
        for key, known in (("scenario", scenarios), ("requirement", requirements)):
            name = part.value[key].value
            if name not in known:
                place, hint = part.value[key].place, did_you_mean(name, known)
                yield Problem("baseline", f"there is no {key} '{name}'", place=place, hint=hint)
        try:
            date.fromisoformat(part.value["expires"].value)
        except ValueError:
            said = f"'{part.value['expires'].value}' is no date"
            yield Problem("baseline", said, place=part.value["expires"].place, hint='such as "2027-03-01"')


def proposed(run: Run, owner: str, reason: str, expires: str, before: Sequence[Entry] = ()) -> list[Entry]:
    """Return what would have to be accepted of a run; of what an earlier baseline says, what is needed stays.

    So does what the run did not play: nothing is known of it.
    """
    wanted = list(dict.fromkeys(_wanted(run, owner, reason, expires)))
    silent = {entry for entry, standing in standings(run, before) if standing is Standing.NOT_PLAYED}
    kept = [entry for entry in before if entry in silent or any(_same(entry, one) for one in wanted)]
    fresh = [one for one in wanted if not any(_same(entry, one) for entry in before)]
    return sorted([*kept, *fresh], key=lambda entry: (entry.scenario, entry.requirement, entry.check))


def _wanted(run: Run, owner: str, reason: str, expires: str) -> Iterator[Entry]:
    bare = Entry(scenario="", requirement="", verdict="", owner=owner, reason=reason, expires=expires)
    nothing = settle(replace(run, header={**run.header, "accepted": []}))
    for result, verdict in ((Result.FAILED, Verdict.FAIL), (Result.UNTESTED, Verdict.UNTESTED)):
        for scenario, finding in open_findings(run, nothing, result):
            yield replace(
                bare,
                scenario=scenario.name,
                requirement=finding["requirement"],
                verdict=verdict.value,
                check=check_of(finding),
            )


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
