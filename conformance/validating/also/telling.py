"""Two judgements side by side: as text for people, as JSON lines, or as issues of an OperationOutcome."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from conformance import jsontext
from conformance.render.text import shown, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json
    from conformance.validating.also.comparing import Comparison, Count, Place

_US = "dermconf"
_SILENT = "nothing"


def block(compared: Comparison) -> str:
    """Return a comparison as lines for a person."""
    head = f"ALSO  {visible(compared.also)}  {_where(compared)}  {_sum(compared)}"
    return "\n".join([head, *(_place(place, compared.also) for place in compared.places)])


def totals(counts: Mapping[str, Count]) -> list[str]:
    """Return one line for each validator: on how many resources it agrees, and on how many not."""
    return [_line(name, count) for name, count in counts.items()]


def json_line(compared: Comparison) -> str:
    """Return one line of JSON about one comparison."""
    places = [
        {
            "severity": place.severity.value,
            "at": place.at,
            "found_by": place.found_by,
            "dermconf": list(place.ours),
            "also": list(place.theirs),
        }
        for place in compared.places
    ]
    told = {
        "file": visible(compared.file),
        "line": compared.line,
        "also": visible(compared.also),
        "compared": not compared.why_not,
        "agrees": compared.agrees,
        "why_not": compared.why_not,
        "places": places,
    }
    return jsontext.line(told).decode().rstrip("\n")


def issues(compared: Comparison) -> Iterator[Json]:
    """Yield what an OperationOutcome holds of a comparison; it only informs, since the verdict is ours."""
    if compared.why_not:
        text = f"{compared.also}: no second opinion: {compared.why_not}"
        yield _information(text, compared)
    for place in compared.places:
        theirs = "; ".join(place.theirs)
        text = f"{compared.also}: {_FOUND_BY[place.found_by]}: {place.severity.value}"
        told = _information(f"{text}: {theirs}" if theirs else text, compared)
        yield {**told, "expression": [place.at]} if place.at else told


_FOUND_BY = {"both": "found by both", "dermconf": f"found only by {_US}", "also": "found only there"}


def _information(text: str, compared: Comparison) -> Json:
    return {
        "severity": "information",
        "code": "informational",
        "details": {"text": visible(text)},
        "diagnostics": _where(compared),
    }


def _where(compared: Comparison) -> str:
    return visible(compared.file) + (f":{compared.line}" if compared.line > 1 else "")


def _sum(compared: Comparison) -> str:
    if compared.why_not:
        return f"no second opinion: {shown(compared.why_not)}"
    found = Counter(place.found_by for place in compared.places)
    if not found:
        return "both find nothing"
    names = {"both": "found by both", "dermconf": f"only by {_US}", "also": f"only by {compared.also}"}
    return ", ".join(f"{found[key]} {name}" for key, name in names.items() if found[key])


def _place(place: Place, also: str) -> str:
    whose = {"both": "both", "dermconf": f"only {_US}", "also": f"only {also}"}[place.found_by]
    width = max(len(_US), len(also))
    rows = [(_US, said) for said in place.ours or (_SILENT,)]
    rows += [(also, said) for said in place.theirs or (_SILENT,)]
    lines = (f"    {visible(name):<{width}}  {shown(said, 400)}" for name, said in rows)
    head = "  ".join(part for part in (whose, place.severity.name, shown(place.at)) if part)
    return "\n".join(["", f"  {visible(head)}", *lines])


def _line(name: str, count: Count) -> str:
    parts = [f"{count.agree} agree", f"{count.differ} differ"]
    parts += [f"{count.missing} without its opinion"] if count.missing else []
    return f"also {visible(name)}: {', '.join(parts)}"
