"""What a run comes to in numbers and in one sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from conformance import verdicts
from conformance.events import CONTEXT
from conformance.model import Result
from conformance.render.text import duration, shown
from conformance.render.words import VERDICTS, finding_verdict, plural, run_word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.events import Run, ScenarioRun

# What to do about an entry of a baseline that is past.
_PAST: Mapping[str, str] = {
    "stale": "holds again; take the entry out of the baseline",
    "idle": "accepts nothing: no such check ran",
    "expired": "the entry expired on {expires}; mend the server, or have {owner} renew it",
}
_FAILING = ("nonconformant", "incomplete")
_NO_VERDICT = (Result.DATA, Result.OBSERVED)
_TESTED = ("pass", "fail", "warn")
_PARTIES = ("repository", "producer", "image-source", "authorisation")


def headline(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the verdict of the run as a sentence, and what a baseline has to do with the exit code."""
    return "; ".join(part for part in (sentence(run, summary), because(summary)) if part)


def sentence(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the verdict of the run as a sentence that names the role."""
    verdict = str(summary.get("verdict", "error"))
    tail = _TAILS.get(verdict, _broken)(run, summary)
    role = "" if verdict == "error" else f" as {roles(summary)}"
    return f"{run_word(verdict).word}{role}: {tail}"


def roles(summary: Mapping[str, Any]) -> str:
    """Return the declared roles in words."""
    *before, last = [str(role) for role in summary.get("roles", ())] or ["repository"]
    return f"{', '.join(before)} and {last}" if before else last


def tested(summary: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many rules came to a verdict on the server, and how many there are to be tested."""
    rows = summary.get("requirements", ())
    every = summary.get("rules") or len(rows) + planned(summary)
    return sum(row.get("verdict") in _TESTED for row in rows), int(every)


def gating_fails(summary: Mapping[str, Any]) -> int:
    """Return how many rules failed."""
    return sum(row.get("verdict") == "fail" for row in summary.get("requirements", ()))


def unsaid(run: Run, summary: Mapping[str, Any]) -> bool:
    """Tell whether the run fails a job though no scenario fails or breaks: a file of tests has to say so."""
    fails = {row.get("id"): _fails(row) for row in summary.get("scenarios", ())}
    accepted = {name for name, told in fails.items() if told and all(told)}
    red = any(
        scenario.verdict == "error" or (scenario.verdict == "fail" and scenario.name not in accepted)
        for scenario in run.scenarios
    )
    return not red and bool((summary.get("gate") or {}).get("exit"))


def _fails(row: Mapping[str, Any]) -> list[bool]:
    """Return of each failed finding of a scenario whether it is accepted."""
    return [bool(one.get("accepted")) for one in row["findings"] if one.get("verdict") == "fail"]


def counts(summary: Mapping[str, Any]) -> str:
    """Return `100 pass, 3 fail, …` over the rules, without those that are none."""
    numbers = summary.get("counts") or {}
    return listed({name: numbers.get(name, 0) for name in VERDICTS})


def scenario_counts(run: Run) -> str:
    """Return the same over the scenarios."""
    numbers = Counter(scenario.verdict for scenario in run.scenarios)
    return listed({name: numbers[name] for name in VERDICTS})


def listed(numbers: Mapping[str, int]) -> str:
    """Return `2 pass, 1 fail` of what is not none."""
    return ", ".join(f"{count} {name}" for name, count in numbers.items() if count) or "none"


def warnings(run: Run) -> tuple[int, int]:
    """Return how many warnings are of a SHOULD, and how many of a SHALL that does not gate."""
    levels = [
        str(finding.get("level", ""))
        for scenario in run.scenarios
        for finding in scenario.findings
        if finding_verdict(finding) == "warn"
    ]
    should = sum(level.startswith("SHOULD") for level in levels)
    return should, len(levels) - should


def parties(run: Run, summary: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the rows of the rules by the party they are held against: who altered, else whom they bind."""
    held = _held_against(run)
    table: dict[str, list[Mapping[str, Any]]] = {party: [] for party in _PARTIES}
    for row in summary.get("requirements", ()):
        party = held.get(row.get("id", "")) or str(row.get("binds", "")) or "repository"
        table.setdefault(party, []).append(row)
    return {party: rows for party, rows in table.items() if rows}


def party_verdict(rows: list[Mapping[str, Any]]) -> str:
    """Return the one verdict of a party."""
    return verdicts.worst(str(row.get("verdict", "")) for row in rows)


def _held_against(run: Run) -> dict[str, str]:
    """Return by rule the party that its worst finding names."""
    named: dict[str, tuple[bool, str]] = {}
    for scenario in run.scenarios:
        for finding in scenario.findings:
            if finding.get("result") in _NO_VERDICT:
                continue
            broken = finding.get("result") == "failed"
            before = named.get(finding.get("requirement", ""))
            if before is None or (broken and not before[0]):
                named[finding.get("requirement", "")] = (broken, str(finding.get("party", "")))
    return {id_: party for id_, (_, party) in named.items()}


def target(run: Run) -> str:
    """Return name, base, software and version of the server under test."""
    known = run.target or {}
    name, base = shown(known.get("name") or ""), shown(known.get("base") or "")
    software = [shown(known["server"])] if known.get("server") else []
    version = [f"FHIR {shown(known['fhir'])}"] if known.get("fhir") else []
    aside = f"  ({', '.join(software + version)})" if software or version else ""
    return f"{name}  {base}".strip() + aside if name != base else base + aside


def judged_by(run: Run) -> str:
    """Return by which specifications, policies, evidence and pages or packages the run judged."""
    gates = ", ".join(str(gate) for gate in run.header.get("gates") or ()) or "no gate"
    evidence = f"evidence down to {run.header['evidence']}" if run.header.get("evidence") else ""
    policies = [f"{shown(policy)} required by policy" for policy in run.header.get("policies") or ()]
    guides = ", ".join(_guide(one) for one in run.header.get("ig") or ()) or "the published pages"
    return "; ".join(part for part in (gates, *policies, evidence, guides, superseded(run)) if part)


def superseded(run: Run) -> str:
    """Return the rules that the given package contradicts, nothing where it contradicts none."""
    standings = run.header.get("standings") or {}
    named = [shown(name) for name, standing in standings.items() if standing == "contradicted"]
    return f"superseded by the package: {', '.join(named)}" if named else ""


def _guide(one: Mapping[str, Any]) -> str:
    digest = f"package, sha256 {str(one['sha256'])[:12]}" if one.get("sha256") else ""
    read = f" ({shown(one.get('read') or digest)})" if one.get("read") or digest else ""
    return f"{shown(one.get('name', ''))} {shown(one.get('version', ''))}{read}"


def data(summary: Mapping[str, Any]) -> str:
    """Return how much was seen that has no verdict."""
    numbers = summary.get("counts") or {}
    found, seen = int(numbers.get("data") or 0), int(numbers.get("observed") or 0)
    parts = [f"{plural(found, 'finding')} in data that others wrote"] if found else []
    parts += [plural(seen, "observation")] if seen else []
    return f"{', '.join(parts)} (no verdict)" if parts else ""


def cost(run: Run, summary: Mapping[str, Any]) -> str:
    """Return requests, time and what was left on the server."""
    seconds = float(summary.get("seconds") or 0)
    parts = [plural(int(summary.get("exchanges") or 0), "request"), duration(seconds)]
    every = [one for scenario in run.scenarios for one in scenario.leftover]
    open_ = sum(str(one.get("reference") or "").startswith(CONTEXT) for one in every)
    left = len(every) - open_
    if open_:
        parts.append(f"{plural(open_, 'context')} may still be open at the hub")
    if left:
        parts.append(f"{plural(left, 'resource')} stay on the server: dermconf cleanup run.jsonl")
    return ", ".join(parts)


def baseline(summary: Mapping[str, Any]) -> str:
    """Return what the baseline did to the exit code, nothing where there is none."""
    gate = summary.get("gate") or {}
    sizes = {name: _size(gate.get(name)) for name in ("accepted", "stale", "expired")}
    return f"{listed(sizes)}{_owners(gate)}; exit code {gate.get('exit')}" if any(sizes.values()) else ""


def because(summary: Mapping[str, Any]) -> str:
    """Return why the exit code is another than that of the verdict, nothing where it is not."""
    gate = summary.get("gate") or {}
    late = sum(_size(gate.get(name)) for name in _PAST)
    accepted = _size(gate.get("accepted"))
    if gate.get("exit") == 0 and accepted and summary.get("verdict") in _FAILING:
        verb = "is" if accepted == 1 else "are"
        return f"exit code 0, because {plural(accepted, 'finding')} {verb} accepted{_owners(gate)}"
    failed = (told for row in summary.get("scenarios", ()) for told in _fails(row))
    if gate.get("exit") == 1 and late and all(failed):
        verb, entries = ("is", "entry") if late == 1 else ("are", "entries")
        return f"exit code 1, because {late} {entries} of the baseline {verb} past"
    return ""


def _owners(gate: Mapping[str, Any]) -> str:
    used = (entry for entry in gate.get("entries", ()) if entry["state"] == "used")
    owners = ", ".join(dict.fromkeys(shown(entry["owner"]) for entry in used))
    return f" (answered for by {owners})" if owners else ""


def past(summary: Mapping[str, Any]) -> list[str]:
    """Return what to do about each entry of the baseline that is past."""
    gate = summary.get("gate") or {}
    return [
        f"{shown(entry['scenario'])}  {shown(' '.join(filter(None, _rule(entry))))}: "
        + shown(_PAST[entry["state"]].format(**entry))
        for entry in gate.get("entries", ())
        if entry["state"] in _PAST
    ]


def _rule(entry: Mapping[str, Any]) -> tuple[str, str]:
    return entry["requirement"], f"({entry['check']})" if entry.get("check") else ""


def planned(summary: Mapping[str, Any]) -> int:
    """Return how many rules are known but not tested yet."""
    return _size(summary.get("planned"))


def _size(thing: Any) -> int:
    return thing if isinstance(thing, int) else len(thing or ())


def asked_nothing(summary: Mapping[str, Any]) -> bool:
    """Tell whether all that was selected is left out: there is nothing that would unlock it."""
    return not tested(summary)[0] and not (summary.get("counts") or {}).get("untested")


def _of_rules(summary: Mapping[str, Any]) -> str:
    some, every = tested(summary)
    return f"{some} of {plural(every, 'rule')} tested"


def _conformant(_run: Run, summary: Mapping[str, Any]) -> str:
    return f"no gating rule is broken, {_of_rules(summary)}"


def _nonconformant(_run: Run, summary: Mapping[str, Any]) -> str:
    fails = gating_fails(summary)
    known = ", all of it accepted" if (summary.get("gate") or {}).get("exit") == 0 else ""
    broken = "does" if fails == 1 else "do"
    return f"{plural(fails, 'gating rule')} {broken} not hold{known}, {_of_rules(summary)}"


def _incomplete(_run: Run, summary: Mapping[str, Any]) -> str:
    if asked_nothing(summary):
        return "no rule was tested: the server claims nothing of what they ask, or the settings deny it"
    return f"gating rules could not be tested, {_of_rules(summary)}"


def _partial(_run: Run, summary: Mapping[str, Any]) -> str:
    return f"what was selected held, {_of_rules(summary)}"


def _broken(run: Run, _summary: Mapping[str, Any]) -> str:
    ended = str((run.footer or {}).get("ended", "broken"))
    if ended != "done":
        return f"the run was {ended}, so there is no verdict on the server"
    unasked = sum(_unasked(scenario) for scenario in run.scenarios)
    if unasked:
        mend = f"{'has' if unasked == 1 else 'have'} to be mended first"
        if unasked == len(run.scenarios):
            return f"nothing was asked of the server: {plural(unasked, 'scenario')} {mend}"
        return f"no verdict on the server: {unasked} of {len(run.scenarios)} scenarios {mend}"
    kinds = Counter(str(problem.get("kind")) for scenario in run.scenarios for problem in scenario.problems)
    return f"no verdict on the server ({', '.join(kinds) or 'see the record'})"


def _unasked(scenario: ScenarioRun) -> bool:
    """Tell whether a scenario was never played, for what its author wrote."""
    kinds = {problem.get("kind") for problem in scenario.problems}
    return bool(kinds & {"scenario", "fixture"}) and not scenario.exchanges


_TAILS: Mapping[str, Callable[[Run, Mapping[str, Any]], str]] = {
    "conformant": _conformant,
    "nonconformant": _nonconformant,
    "incomplete": _incomplete,
    "partial": _partial,
    "error": _broken,
}
