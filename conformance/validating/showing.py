"""What was found in files: as text for people, as JSON lines, or as an OperationOutcome."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from conformance import jsontext
from conformance.locations import plain
from conformance.profiles import Severity
from conformance.render.text import shown, value, visible
from conformance.validating import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.model import Json
    from conformance.profiles import Issue
    from conformance.validating.judging import Judged, LookUp
    from conformance.validating.sources import Source

# An OperationOutcome has to hold an issue (R4 operationoutcome.html).
_ALL_WELL = {
    "severity": "information",
    "code": "informational",
    "details": {"text": "Every resource is valid."},
}
_REQUIREMENT = "urn:dermconf:requirement"


def block(judged: Judged, look_up: LookUp) -> str:
    """Return what is found in one resource, as lines for a person."""
    return "\n".join([_headline(judged), *(_issue(each, judged, look_up) for each in judged.issues)])


def total(all_judged: Sequence[tuple[bool, Counter[Severity]]]) -> str:
    """Return the last line: how many resources, how many of them invalid."""
    told = sum((counted for _, counted in all_judged), Counter[Severity]())
    invalid = sum(not valid for valid, _ in all_judged)
    parts = [_many(len(all_judged), "resource"), f"{invalid or 'none'} invalid", *_counts(told)]
    return ", ".join(parts)


def counted(judged: Judged) -> Counter[Severity]:
    """Return how many findings of each severity there are."""
    return Counter(issue.severity for issue in judged.issues)


def json_line(judged: Judged) -> str:
    """Return one line of JSON about one resource."""
    findings = [
        {
            "severity": issue.severity.value,
            "code": issue.code,
            "at": issue.at,
            "message": issue.message,
            "requirement": issue.requirement,
        }
        for issue in judged.issues
    ]
    told = {
        "file": visible(judged.source.file),
        "index": judged.index,
        "valid": judged.valid,
        "findings": findings,
    }
    return jsontext.line(told).decode().rstrip("\n")


def outcome(all_judged: Iterable[Judged], further: Iterable[Json]) -> Iterator[str]:
    """Yield the text of one OperationOutcome about everything that is judged, as it comes.

    `further` are issues of the caller's, read after ours.
    """
    yield '{"resourceType":"OperationOutcome","issue":['
    comma = ""
    for issue in (issue for judged in all_judged for issue in _outcome_issues(judged)):
        yield comma + jsontext.dumps(issue)
        comma = ","
    rest = further if comma else chain([_ALL_WELL], further)
    for issue in rest:
        yield comma + jsontext.dumps(issue)
        comma = ","
    yield "]}"


def _headline(judged: Judged) -> str:
    verdict = "VALID" if judged.valid else "INVALID"
    profiles = ", ".join(profile.rpartition("/")[2] for profile in judged.profiles)
    name = f"{shown(judged.name) or 'no resource'}{f' ({shown(profiles)})' if profiles else ''}"
    parts = [verdict, _file(judged), name, ", ".join(_counts(counted(judged)))]
    return "  ".join(part for part in parts if part)


def _file(judged: Judged) -> str:
    return visible(judged.source.file) + (f":{judged.source.line}" if judged.source.line > 1 else "")


def _counts(found: Mapping[Severity, int]) -> list[str]:
    kinds = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"))
    return [_many(found[severity], noun) for severity, noun in kinds if found.get(severity)]


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _issue(issue: Issue, judged: Judged, look_up: LookUp) -> str:
    rows = [(name, text) for name, text in _rows(issue, judged, look_up) if text]
    return "\n".join(["", _sentence(issue, look_up), *(f"    {name:<9} {text}" for name, text in rows)])


def _sentence(issue: Issue, look_up: LookUp) -> str:
    # The key of a constraint says again which requirement it stands for.
    told = (
        issue.message.removeprefix(f"{issue.source.rpartition('#')[2]}: ")
        if issue.requirement
        else issue.message
    )
    parts = [issue.severity.name, _grade(issue, look_up), shown(told, 400)]
    return "  " + "  ".join(part for part in parts if part)


def _grade(issue: Issue, look_up: LookUp) -> str:
    if not issue.requirement:
        return ""
    known = look_up(issue.requirement)
    grades = [known.level.value if known else "", issue.evidence]
    return f"{issue.requirement} ({', '.join(grade for grade in grades if grade)})"


def _rows(issue: Issue, judged: Judged, look_up: LookUp) -> Iterator[tuple[str, str]]:
    known = look_up(issue.requirement) if issue.requirement else None
    place = _place(issue, judged.source)
    yield "at", f"{issue.at}   {place}".strip() if issue.at else ""
    yield from _values(issue, judged)
    yield "hint", shown(issue.hint or (known.hint if known else ""))
    yield "rule", shown(issue.source)
    yield "spec", shown(known.source if known else "")


def _values(issue: Issue, judged: Judged) -> Iterator[tuple[str, str]]:
    """Give what was expected, in words or as an expression, and what stands there instead."""
    if issue.expected is not None:
        # What the engine expects is a text of its own where it is one, and no quotation.
        expected = shown(issue.expected) if isinstance(issue.expected, str) else value(issue.expected)
        yield "expected", f"`{expected}`" if _is_constraint(issue) else expected
    if not _is_constraint(issue):
        yield "actual", value(issue.actual) if issue.actual is not None else ""
        return
    there = plain(judged.source.value, issue.at)
    yield "actual", value(there) if there is not None else ""


def _is_constraint(issue: Issue) -> bool:
    """Tell whether an expression was false, which says less than what it was put to."""
    return issue.actual is False and isinstance(issue.expected, str)


def _place(issue: Issue, source: Source) -> str:
    lines = _lines(source) if issue.at else None
    line = lines.line(issue.at) if lines else 0
    return f"{visible(source.file)}:{line + source.line - 1}" if line else ""


@lru_cache(maxsize=1)
def _lines(source: Source) -> places.Lines | None:
    """Return the lines of a source, where its text is at hand."""
    return places.Lines(source.text.decode("utf-8-sig"), source.value) if source.text else None


def _outcome_issues(judged: Judged) -> Iterator[Json]:
    for issue in judged.issues:
        details: Json = {"text": issue.message or "not said"}
        if issue.requirement:
            details["coding"] = [{"system": _REQUIREMENT, "code": issue.requirement}]
        told: Json = {"severity": issue.severity.value, "code": issue.code, "details": details}
        yield {**told, "diagnostics": _diagnostics(issue, judged), **_expression(issue)}


def _expression(issue: Issue) -> dict[str, Json]:
    return {"expression": [issue.at]} if issue.at else {}


def _diagnostics(issue: Issue, judged: Judged) -> str:
    place = _place(issue, judged.source) or _file(judged)
    rule = f"; rule {issue.source}" if issue.source else ""
    values = "".join(f"; {name} {text}" for name, text in _values(issue, judged) if text)
    return f"{place}{values}{rule}"
