"""The run as JUnit XML: a subject is a suite, a scenario a test case.

The elements and attributes are those of Jenkins' xUnit plugin (junit-10.xsd), which refuses any other. So a
case has neither properties nor a file: its rules stand in its output, its place in its text. GitLab shows the
text and no attribute, Jenkins the message: what stands in the message is the first line of the text, too.
"""

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
_COUNTED: Mapping[str, str] = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_NAME = "dermconf"
_THE_RUN = "the run"
_MOST = 50  # blocks in one case: GitLab refuses a file of more than 30 MB
# XML 1.0, production 2: what is outside may not even be escaped.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# GitLab and Jenkins fetch the file that such a line names; ours name none, so it is a server's.
_ATTACHMENT = re.compile(r"\[\[(?=ATTACHMENT\|)", re.IGNORECASE)


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the document."""
    told: dict[str, list[Story]] = {}
    for story in stories(run, summary):
        told.setdefault(story.scenario, []).append(story)
    seconds = {row.get("id"): row.get("seconds") for row in summary.get("scenarios", ())}
    suites: dict[str, list[ET.Element]] = {}
    for scenario in run.scenarios:
        case = _case(scenario, grouped(told.get(scenario.name, ())), seconds.get(scenario.name))
        suites.setdefault(_subject(scenario), []).append(case)
    if tally.unsaid(run, summary):
        suites[_THE_RUN] = [_of_run(run, summary, grouped(told.get(_THE_RUN, ())))]
    return _document(run, summary, suites)


def _document(run: Run, summary: Mapping[str, Any], suites: Mapping[str, Sequence[ET.Element]]) -> str:
    every = [case for cases in suites.values() for case in cases]
    root = ET.Element("testsuites", {"name": _NAME, **_totals(every)})
    # Of the whole document the schema knows no skipped.
    del root.attrib["skipped"]
    for name, cases in suites.items():
        root.append(_suite(run, summary, name, cases))
    ET.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _suite(run: Run, summary: Mapping[str, Any], name: str, cases: Sequence[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": clean(name), **_totals(cases)})
    suite.set("timestamp", clean(str(run.header.get("started", ""))))
    facts = {
        "verdict": tally.headline(run, summary),
        "target": tally.target(run),
        "roles": tally.roles(summary),
        "judged-by": tally.judged_by(run),
        "dermconf": str(summary.get("dermconf", "")),
    }
    _properties(suite, facts.items())
    suite.extend(cases)
    return suite


def _totals(cases: Sequence[ET.Element]) -> dict[str, str]:
    """Return what cases sum up to: readers that sum for themselves come to the same."""
    counts = {name: str(sum(case.find(tag) is not None for case in cases)) for name, tag in _COUNTED.items()}
    seconds = sum(float(case.get("time", 0)) for case in cases)
    return {"tests": str(len(cases)), **counts, "time": f"{seconds:.3f}"}


def _subject(scenario: ScenarioRun) -> str:
    """Return the folder of a scenario, which a user's own may lack."""
    return str(scenario.event.get("id") or scenario.name).rpartition("/")[0] or _NAME


def _case(scenario: ScenarioRun, told: Sequence[Story], seconds: float | None) -> ET.Element:
    spent = _spent(scenario) if seconds is None else float(seconds)
    case = _named(str(scenario.event.get("id") or scenario.name).replace("/", "."), scenario.name, spent)
    main = [story for story in told if story.verdict == scenario.verdict]
    # What somebody answers for fails no job; the verdict stands in the text.
    accepted = scenario.verdict == "fail" and bool(main) and all(story.accepted for story in main)
    tag = "skipped" if accepted else _TAGS.get(scenario.verdict)
    aside = [story for story in told if story not in main and story.verdict in ("fail", "error", "warn")]
    if tag:
        _result(case, tag, scenario.verdict, main)
    rules = ", ".join(str(rule) for rule in scenario.event.get("requirements") or ())
    _output(case, rules, [*aside, *(main if tag is None else ())])
    return case


def _of_run(run: Run, summary: Mapping[str, Any], told: Sequence[Story]) -> ET.Element:
    """Return a case for a run that fails its job though no scenario does, or there is none."""
    case = _named(_NAME, _THE_RUN, 0)
    said = "\n".join([tally.headline(run, summary), *tally.past(summary)])
    error = ET.SubElement(
        case, "error", {"message": clean(said.partition("\n")[0]), "type": clean(str(summary.get("verdict")))}
    )
    error.text = "\n\n".join(text for text in (clean(said), _blocks(told)) if text)
    return case


def _named(classname: str, name: str, seconds: float) -> ET.Element:
    named = {"classname": clean(classname), "name": clean(name), "time": f"{seconds:.3f}"}
    return ET.Element("testcase", named)


def _result(case: ET.Element, tag: str, verdict: str, told: Sequence[Story]) -> None:
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    message = block.headline(told[0]) + more if told else f"{word(verdict).word}  {word(verdict).meaning}"
    if told and told[0].accepted:
        message += f" (accepted: {shown(told[0].answer)})"
    result = ET.SubElement(case, tag, {"message": clean(message)})
    if tag != "skipped":
        result.set("type", clean(told[0].id or told[0].party) if told else verdict)
    result.text = _blocks(told) or clean(message)


def _output(case: ET.Element, rules: str, told: Sequence[Story]) -> None:
    text = "\n\n".join(part for part in (f"rules  {clean(rules)}" if rules else "", _blocks(told)) if part)
    if text:
        ET.SubElement(case, "system-out").text = text


def _blocks(told: Sequence[Story]) -> str:
    blocks = ["\n".join(block.lines(story)) for story in told[:_MOST]]
    rest = [f"… and {len(told) - _MOST} more, all of them in report.html"] if len(told) > _MOST else []
    return clean("\n\n".join([*blocks, *rest]))


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
    return _ATTACHMENT.sub("[ [", _ILLEGAL.sub("", visible_lines(text)))
