"""What a validator says of one file, read from its OperationOutcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions.shape import objects
from conformance.profiles import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Json

# What only informs is no finding, neither here nor there.
_SEVERITIES = {"fatal": Severity.ERROR, "error": Severity.ERROR, "warning": Severity.WARNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One finding of anybody's; `at` is a location as its author spells it, or empty.

    `member` is the name of the JSON member that it is about, where `at` is the member's owner.
    """

    severity: Severity
    at: str
    message: str
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The findings of another validator, or why there are none; `asked` is false where nobody was asked."""

    findings: tuple[Said, ...] = ()
    why_not: str = ""
    asked: bool = True


def of_outcome(value: Json) -> Opinion | None:
    """Return what an OperationOutcome says, or None where the value is none."""
    if not isinstance(value, dict) or value.get("resourceType") != "OperationOutcome":
        return None
    return Opinion(findings=tuple(_findings(value)))


def codes(outcome: Json) -> set[str]:
    """Return the codes of the issues of an OperationOutcome."""
    return {str(issue.get("code")) for issue in objects(outcome, "issue")}


def _findings(outcome: Json) -> Iterator[Said]:
    for issue in objects(outcome, "issue"):
        severity = _SEVERITIES.get(str(issue.get("severity")))
        if severity is not None:
            yield Said(severity=severity, at=_at(issue), message=_message(issue))


def _at(issue: Json) -> str:
    """Return where: `expression` is FHIRPath, `location` may be (R4 operationoutcome.html)."""
    stated = (issue.get(key) for key in ("expression", "location"))
    return next((str(each[0]) for each in stated if isinstance(each, list) and each), "")


def _message(issue: Json) -> str:
    details = issue.get("details")
    told = details.get("text") if isinstance(details, dict) else None
    return next(
        (str(each) for each in (told, issue.get("diagnostics"), issue.get("code")) if each), "not said"
    )
