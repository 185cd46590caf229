"""What the profile engine has to say about one place in a resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Json

# What was expected where a member is of no element at all, as against one that breaks a rule.
KNOWN_ELEMENT = "a known element"


class Severity(StrEnum):
    """How grave an issue is (R4 value set issue-severity, without fatal)."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where a rule comes from: a profile's element or constraint, and the requirement that it carries."""

    source: str
    requirement: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding about a resource; `code` is an OperationOutcome issue type, `at` a FHIRPath."""

    severity: Severity
    code: str
    at: str
    message: str
    expected: Json = None
    actual: Json = None
    source: str = ""
    requirement: str = ""
    evidence: str = ""
    hint: str = ""
