"""The condition of a check: `when` something holds of this answer, or of an earlier step's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import jsonpath, paths, status, subjects
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json

_REFUSED = 400
SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "status": status.SCHEMA,
        "attempt": status.SCHEMA,
        "header": {"type": "string", "minLength": 1},
        "body": {"const": True},
        "fhirpath": {"type": "string", "minLength": 1},
        "jsonpath": {"type": "string", "minLength": 1},
        "step": {"type": "string", "minLength": 1},
    },
}


def unmet(check: Check, scene: Scene) -> str:
    """Return why the condition of a check does not hold, or nothing where it does."""
    asked = _asked(check, scene)
    if asked is None:
        return f"not asked: step '{check.when['step']}' has no answer"
    reasons = (_CONDITIONS[key](wanted, asked) for key, wanted in check.when.items() if key in _CONDITIONS)
    reason = next((reason for reason in reasons if reason), "")
    return f"step '{check.when['step']}': {reason}" if reason and asked is not scene else reason


def _asked(check: Check, scene: Scene) -> Scene | None:
    """Return the step whose answer the condition is about: its own, or an earlier one that it names."""
    return scene.steps.get(str(check.when["step"])) if "step" in check.when else scene


def refused(check: Check, scene: Scene) -> bool:
    """Tell whether a condition could not come up because the step was refused or had no answer.

    Otherwise it did not come up as it need not: a rule on what a server may do binds where it does it.
    """
    # A condition on an OperationOutcome is one on refusals: they need not come with one, or with any body
    # at all (fairness F24).
    if {"attempt", "body"} & check.when.keys() or str(check.when.get("fhirpath", "")).startswith(
        "OperationOutcome"
    ):
        return False
    asked = _asked(check, scene)
    seen = [exchange.answer.status for exchange in asked.exchanges] if asked else [None]
    return any(status_ is None or status_ >= _REFUSED for status_ in seen)


def _status(wanted: Json, scene: Scene) -> str:
    seen = [exchange.answer.status for exchange in scene.exchanges]
    met = bool(seen) and all(code is not None and status.fits(code, wanted) for code in seen)
    return "" if met else f"not asked: the status was {_listed(seen)}, not {wanted}"


def _attempt(wanted: Json, scene: Scene) -> str:
    seen = [attempt.status for attempt in scene.exchanges[-1].attempts] if scene.exchanges else []
    met = any(code is not None and status.fits(code, wanted) for code in seen)
    return "" if met else f"not asked: no attempt was answered {wanted} (seen: {_listed(seen)})"


def _header(wanted: Json, scene: Scene) -> str:
    answers = [exchange.answer for exchange in scene.exchanges]
    met = bool(answers) and all(wanted.lower() in answer.headers for answer in answers)
    return "" if met else f"not asked: the answer has no header {wanted}"


def _body(_wanted: Json, scene: Scene) -> str:
    # What is no FHIR may be a list: metadata of DICOM are (PS3.18, F.2).
    there = isinstance(scene.body, dict | list)
    return "" if there else "not asked: the answer has no body that can be read"


def _fhirpath(wanted: Json, scene: Scene) -> str:
    body = subjects.subject(scene.body)
    if not isinstance(body.resource, dict):
        return f"not asked: there is no body on which '{wanted}' could be true"
    try:
        values = [node.value for node in paths.evaluate(wanted, body, scene)]
    except Problem as problem:
        return f"not asked: '{wanted}' cannot be evaluated here: {problem.message}"
    return "" if values == [True] and values[0] is True else f"not asked: {_untrue(wanted, scene)}"


def _jsonpath(wanted: Json, scene: Scene) -> str:
    return "" if jsonpath.found(wanted, scene.body) else f"not asked: '{wanted}' finds nothing"


def _untrue(wanted: str, scene: Scene) -> str:
    """Return why an expression is not true: nobody who got a refusal wants to read of elements."""
    type_ = subjects.opening(wanted)
    status_ = scene.exchanges[-1].answer.status if scene.exchanges else None
    if type_ in {"", subjects.kind_of(scene.body)} or status_ is None or status_ < _REFUSED:
        return f"'{wanted}' is not true"
    return f"the answer was {status_} and holds no {type_}"


def _listed(codes: list[int | None]) -> str:
    return ", ".join("no answer" if code is None else str(code) for code in codes) or "none"


_CONDITIONS: Mapping[str, Callable[[Json, Scene], str]] = {
    "status": _status,
    "attempt": _attempt,
    "header": _header,
    "body": _body,
    "fhirpath": _fhirpath,
    "jsonpath": _jsonpath,
}
