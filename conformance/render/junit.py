"""The run as JUnit XML: a scenario is a test case, its rules are properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from conformance.render import block, tally
from conformance.render.story import Story, grouped, stories
from conformance.render.text import shown, visible_lines
from conformance.render.words import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.events import Run, ScenarioRun

# The verdicts that a reader of JUnit knows; a warning is a pass that says something.
_TAGS: Mapping[str, str] = {
    "fail": "failure",
    "error": "error",
    "skip": "skipped",
    "untested": "skipped",
    "out-of-reach": "skipped",
}
# XML 1.0, production 2: what is outside may not even be escaped.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the document."""
    told: dict[str, list[Story]] = {}
    for story in stories(run, summary):
        told.setdefault(story.scenario, []).append(story)
    suite = _suite(run, summary)
    seconds = {row.get("id"): row.get("seconds") for row in summary.get("scenarios", ())}
    for scenario in run.scenarios:
        suite.append(_case(scenario, grouped(told.get(scenario.name, ())), seconds.get(scenario.name)))
    root = ET.Element("testsuites", {name: suite.attrib[name] for name in _COUNTED})
    root.append(suite)
    ET.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


_COUNTED = ("name", "tests", "failures", "errors", "time")


def _suite(run: Run, summary: Mapping[str, Any]) -> ET.Element:
    tags = [_TAGS.get(scenario.verdict) for scenario in run.scenarios]
    suite = ET.Element(
        "testsuite",
        {
            "name": "dermconf",
            "tests": str(len(tags)),
            "failures": str(tags.count("failure")),
            "errors": str(tags.count("error")),
            "skipped": str(tags.count("skipped")),
            "time": f"{float(summary.get('seconds') or 0):.3f}",
            "timestamp": clean(str(run.header.get("started", ""))),
        },
    )
    facts = {
        "verdict": tally.headline(run, summary),
        "target": tally.target(run),
        "roles": tally.roles(summary),
        "judged-by": tally.judged_by(run),
        "dermconf": str(summary.get("dermconf", "")),
    }
    _properties(suite, facts.items())
    return suite


def _case(scenario: ScenarioRun, told: Sequence[Story], seconds: float | None) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "classname": clean(str(scenario.event.get("id") or scenario.name).replace("/", ".")),
            "name": clean(scenario.name),
            "file": clean(str(scenario.event.get("file", ""))),
            "time": f"{_spent(scenario) if seconds is None else float(seconds):.3f}",
        },
    )
    rules = scenario.event.get("requirements") or ()
    _properties(case, [("requirement", str(rule)) for rule in rules])
    tag = _TAGS.get(scenario.verdict)
    main = [story for story in told if story.verdict == scenario.verdict]
    aside = [story for story in told if story not in main and story.verdict in ("fail", "error", "warn")]
    if tag:
        _result(case, tag, scenario.verdict, main)
    if tag is None or aside:
        _output(case, [*aside, *(main if tag is None else ())])
    return case


def _result(case: ET.Element, tag: str, verdict: str, told: Sequence[Story]) -> None:
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    message = block.headline(told[0]) + more if told else f"{word(verdict).word}  {word(verdict).meaning}"
    result = ET.SubElement(case, tag, {"message": clean(message)})
    if tag != "skipped":
        result.set("type", clean(told[0].id or told[0].party) if told else verdict)
    result.text = _blocks(told)


def _output(case: ET.Element, told: Sequence[Story]) -> None:
    if told:
        ET.SubElement(case, "system-out").text = _blocks(told)


def _blocks(told: Sequence[Story]) -> str:
    return clean("\n\n".join("\n".join(block.lines(story)) for story in told))


def _properties(parent: ET.Element, facts: Iterable[tuple[str, str]]) -> None:
    rows = [(name, text) for name, text in facts if text]
    if rows:
        properties = ET.SubElement(parent, "properties")
        for name, text in rows:
            ET.SubElement(properties, "property", {"name": name, "value": clean(shown(text))})


def _spent(scenario: ScenarioRun) -> float:
    attempts = [attempt for exchange in scenario.exchanges for attempt in exchange.get("attempts") or ()]
    return sum(float(attempt.get("seconds") or 0) for attempt in attempts)


def clean(text: str) -> str:
    """Return the text with every character that XML cannot hold spelt out or taken away."""
    return _ILLEGAL.sub("", visible_lines(text))
