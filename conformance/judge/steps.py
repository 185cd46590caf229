"""One step's answer to findings: the checks that its author wrote, and what is always judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.checks import judge as judge_check
from conformance.checks.hiding import perhaps_hidden
from conformance.checks.status import fits
from conformance.definitions.release import R4
from conformance.judge import owners
from conformance.judge.builtin import EXPECTED, Automatic, judge_answer, refusal
from conformance.judge.builtin_search import judge_search
from conformance.judge.names import Lookups, lenient, waived
from conformance.judge.paging import Next, next_page
from conformance.judge.weigh import Spot, by_origin, plain
from conformance.model import Outcome, Result
from conformance.verdicts import gate_open

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.checks.scene import Scene
    from conformance.judge.stage import Sent, Stage
    from conformance.judge.weigh import Bench
    from conformance.model import Check, Finding, Json, Step

# The keys of a `results` check whose values are names of resources.
_NAMING = ("has", "lacks", "only")
_NOT_IMPLEMENTED = frozenset({405, 501})
# What an archive says of a form that it has not: there is no such resource, method, type or function.
_NOT_OFFERED = frozenset({404, 405, 406, 501})
# Of this client or at this moment, not of what was asked.
_OF_THE_CLIENT = frozenset({401, 408, 429})
_VALID = frozenset({400, 403, 409, 422})
_REFUSALS = {"create": _VALID, "update": _VALID, "search": _VALID, "capability": frozenset({403})}


def judge_step(stage: Stage, bench: Bench) -> list[Finding]:
    """Return every finding of the current step (of the creation of `given` before the first)."""
    step = stage.step
    # What is judged in every scenario are rules of R4.
    always = stage.scenario.fhir == R4
    if step is None:
        return [_automatic(a, stage, bench) for a in _given(stage, bench)] if always else []
    scene = stage.scene()
    checks = resolved_checks(stage, step)
    built_in = _built_in(stage, step, scene, checks, bench) if always else ()
    findings = [_automatic(a, stage, bench) for a in built_in]
    for written, check in zip(step.expect, checks, strict=True):
        why = waived(stage, [written.value, dict(written.predicates), dict(written.when)])
        findings += _waived(why, check, stage, bench) if why else _of_check(check, stage, scene, bench)
    return findings


def _waived(why: str, check: Check, stage: Stage, bench: Bench) -> Iterable[Finding]:
    step = stage.step
    if step is not None and not owners.is_bare(check):
        yield from _all(check, step, Outcome(result=Result.NOT_ASKED, message=why), stage, bench)


def _all(check: Check, step: Step, outcome: Outcome, stage: Stage, bench: Bench) -> Iterable[Finding]:
    """Yield the same finding for each requirement that a check stands for."""
    for owner in owners.of_check(check, stage.scenario):
        yield plain(outcome, bench.catalogue[owner], _spot(stage, step, check.index, check), bench)


def judge_unreached(stage: Stage, step: Step, because: str, bench: Bench) -> list[Finding]:
    """Return an untested finding for each check of a step that was not reached.

    It is not asked where that is the server's right: it need not tell what is retrieved, nor offer it.
    """
    before = stage.step
    lawful = waived(stage, dict(step.args)) or (before is not None and _unoffered(stage, before))
    outcome = Outcome(
        result=Result.NOT_ASKED if lawful else Result.UNTESTED, message=f"not reached: {because}"
    )
    return [finding for check in step.expect for finding in _all(check, step, outcome, stage, bench)]


def precondition(stage: Stage) -> str:
    """Return why the steps after this one cannot be played, or nothing."""
    step = stage.step
    answers = stage.answers()
    if step is None or not answers:
        return ""
    answer = answers[0]
    status = answer.exchange.answer.status or 0
    if _unoffered(stage, step):
        return _declined(stage, step)
    bare = [c for c in step.expect if c.kind == "status" and c.requirement is None]
    if bare:
        outcomes = [o for c in bare for o in judge_check(c, stage.scene())]
        failed = any(o.result is Result.FAILED for o in outcomes)
        told = refusal(answer) if status >= 400 else f"answered {status}"  # noqa: PLR2004
        return f"step {step.index} '{step.label}' was {told}" if failed else ""
    if judges_status(step) or 200 <= status < 300 or _declined(stage, step):  # noqa: PLR2004
        return ""
    return f"step {step.index} '{step.label}' was {refusal(answer)}"


def resolved_checks(stage: Stage, step: Step) -> list[Check]:
    """Return the step's checks with their look-ups replaced, as far as they stand for something."""
    lookups = Lookups(stage)
    return [
        replace(
            check,
            value=lenient(lookups, check.value),
            predicates=lenient(lookups, dict(check.predicates)),
            when=lenient(lookups, dict(check.when)),
            hint=lenient(lookups, check.hint),
        )
        for check in step.expect
    ]


def judges_status(step: Step) -> bool:
    """Tell whether a step judges its status by a check of its own."""
    return any(check.kind in {"status", "attempts"} for check in step.expect)


def accepts(step: Step, status: int | None) -> bool:
    """Tell whether a step has a status for an answer that its author foresaw."""
    values = [check.value for check in step.expect if check.kind == "status"]
    return status is not None and any(fits(status, value) for value in values)


def named_statuses(step: Step) -> frozenset[int]:
    """Return the status codes that a step's checks name one by one, so that they are answers to it."""
    values = [check.value for check in step.expect if check.kind == "status"]
    values += [
        v for c in step.expect if c.kind == "attempts" and isinstance(c.value, dict) for v in c.value.values()
    ]
    listed = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return frozenset(one for one in listed if isinstance(one, int) and not isinstance(one, bool))


def _of_check(check: Check, stage: Stage, scene: Scene, bench: Bench) -> Iterable[Finding]:
    step = stage.step
    if step is None or owners.is_bare(check):
        return
    seq = scene.exchanges[-1].seq if scene.exchanges else 0
    declined = _declined(stage, step)
    spot = _spot(stage, step, check.index, check, seq)
    for outcome in judge_check(check, scene):
        told = replace(outcome, hint=check.hint or outcome.hint)
        for owner in owners.of_outcome(outcome, check, stage.scenario, bench.catalogue):
            requirement = bench.catalogue[owner]
            if check.kind == "status" and (
                _unoffered(stage, step)
                or _lacks(stage, step, check, bench)
                or _refuses(stage, step, check, gate_open(requirement, bench.target))
            ):
                told = replace(told, result=Result.UNTESTED, message=refusal(stage.answers()[-1]))
            if told.result is Result.UNTESTED and declined:
                told = replace(told, result=Result.NOT_ASKED, message=declined)
            yield by_origin(told, requirement, spot, bench, check=check, scene=scene)


def _declined(stage: Stage, step: Step) -> str:
    """Return why what is left to the server is not asked, or nothing (fairness F5, F6, F7)."""
    answers = stage.answers()
    status = (answers[-1].exchange.answer.status or 0) if answers else 0
    if step.verb == "retrieve":
        told = f"{refusal(answers[-1])}; it need not" if _unoffered(stage, step) else ""
        return told and f"{told} be offered: {step.args['optional']}"
    refused = 400 <= status < 500 or status in _NOT_IMPLEMENTED  # noqa: PLR2004
    lawful = "optional" in step.args and refused and status not in _OF_THE_CLIENT
    return f"{refusal(answers[-1])}; a server may refuse it: {step.args['optional']}" if lawful else ""


def _unoffered(stage: Stage, step: Step) -> bool:
    """Tell whether a retrieval that an archive need not offer was answered as one that it does not."""
    answers = stage.answers() if step.verb == "retrieve" and "optional" in step.args else []
    return bool(answers) and answers[-1].exchange.answer.status in _NOT_OFFERED


def _lacks(stage: Stage, step: Step, check: Check, bench: Bench) -> bool:
    """Tell whether the server says that it lacks the interaction, and nobody can read that it claims it.

    Fairness F5: servers choose their interactions, so that this breaks no rule, and keeps none either. What
    is claimed and lacks fails by the check; what is readably not claimed is not played at all.
    """
    answers = stage.answers()
    status = answers[-1].exchange.answer.status if answers else None
    if status not in _NOT_IMPLEMENTED or step.verb not in EXPECTED or bench.claims.readable:
        return False
    return status not in (check.value if isinstance(check.value, list) else [check.value])


def _refuses(stage: Stage, step: Step, check: Check, gating: bool) -> bool:  # noqa: FBT001 - a fact
    """Tell whether a rule that gates would fail the server for a lawful refusal of what it was asked.

    Fairness F3, F8: valid content may be refused by business rules, and a search without the patient.
    """
    answers = stage.answers()
    status = answers[-1].exchange.answer.status if answers else None
    wanted = check.value if isinstance(check.value, list) else [check.value]
    success = all(str(one).startswith("2") for one in wanted)
    return gating and success and status in _REFUSALS.get(step.verb, ())


def _spot(stage: Stage, step: Step, check: int, of: Check, exchange: int = 0) -> Spot:
    return Spot(
        scenario=stage.scenario.name,
        step=step.index,
        check=check,
        exchange=exchange,
        place=f"{of.place.file}:{of.place.line}",
        label=step.label,
    )


def _automatic(judged: Automatic, stage: Stage, bench: Bench) -> Finding:
    step = stage.step
    place = step.place if step is not None else stage.scenario.place
    spot = Spot(
        scenario=stage.scenario.name,
        step=step.index if step is not None else 0,
        check=judged.rule,
        exchange=judged.exchange,
        place=f"{place.file}:{place.line}",
        label=step.label if step is not None else "given",
    )
    return plain(judged.outcome, bench.catalogue[judged.requirement], spot, bench)


def _given(stage: Stage, bench: Bench) -> Iterable[Automatic]:
    """Judge how each `given` was created at last; what other ways in were tried before is no matter."""
    last = {sent.name: sent for sent in stage.sent if sent.purpose == "given"}
    for sent in last.values():
        yield from judge_answer(sent, sent.verb, bench.claims, own_status=False, type_=_type_of(sent))


def _type_of(sent: Sent) -> str:
    return next(
        (p for p in reversed(sent.exchange.request.url.split("?", 1)[0].split("/")) if p[:1].isupper()), ""
    )


def _built_in(
    stage: Stage, step: Step, scene: Scene, checks: list[Check], bench: Bench
) -> Iterable[Automatic]:
    unconditional = step.verb != "create" or "if" not in step.args
    own_status = judges_status(step) or not unconditional or bool(_declined(stage, step))
    if stage.elsewhere:
        return  # what R4 asks of a repository is asked of the base under test alone
    answers = stage.answers()
    for sent in answers:
        yield from judge_answer(
            sent,
            step.verb,
            bench.claims,
            own_status=own_status,
            type_=_type_of(sent),
            hidden=_hidden(step, scene),
        )
    if step.verb == "search" and answers:
        walk = _walk(stage, step, answers)
        yield from judge_search(scene, _named(checks, scene), walk=walk)


def _hidden(step: Step, scene: Scene) -> str:
    named = scene.names.get(step.subject, ()) if isinstance(step.subject, str) else ()
    return perhaps_hidden(named[0], scene) if named else ""


def _walk(stage: Stage, step: Step, answers: list[Sent]) -> Next:
    """Return what is left of the pages: nothing, a page that was not asked for, or a walk that broke."""
    last = answers[-1].exchange.answer.status
    if len(answers) > 1 and last != 200:  # noqa: PLR2004
        return Next(wrong=f"page {len(answers)} was answered {last}")
    visited = [entry.exchange.request.url for entry in answers]
    after = next_page(answers[-1].body, stage.where, visited)
    if step.args.get("pages", "first") == "first" and after.wrong:
        return Next(url="not followed")
    return after


def _named(checks: list[Check], scene: Scene) -> frozenset[str]:
    """Return the references that a `results` check speaks of: its finding replaces the automatic one."""
    values: list[Json] = [c.value for c in checks if c.kind == "results" and isinstance(c.value, dict)]
    if any("only" in value for value in values):
        return frozenset(scene.own)
    names = {str(n) for value in values for key in _NAMING for n in value.get(key) or ()}
    return frozenset(r.reference for name in names for r in scene.names.get(name, ()))
