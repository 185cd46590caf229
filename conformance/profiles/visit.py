"""One resource being judged: what is found on the way, and what may be asked on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Final

from conformance.jsontext import dumps
from conformance.profiles.issue import Issue, Severity

if TYPE_CHECKING:
    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.library import Library
    from conformance.profiles.policy import Policy
    from conformance.profiles.terms import Terms


class Unknown(Enum):
    """The answer of a resolver that does not know."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

Resolve = Callable[[str], "Json | Unknown | None"]
Check = Callable[["Json", "Node", "Visit"], None]

_MOST_SHOWN = 400
_HALVES = re.compile("[\ud800-\udfff]")


class Visit:
    """Collects issues; `open` holds what is being judged already, so that circles end."""

    __slots__ = ("issues", "library", "open", "policy", "resolve", "terms")

    def __init__(self, library: Library, terms: Terms, resolve: Resolve, policy: Policy) -> None:
        self.library = library
        self.terms = terms
        self.resolve = resolve
        self.policy = policy
        self.issues: list[Issue] = []
        self.open: set[tuple[int, str]] = set()

    def trial(self) -> Visit:
        """Return a visit whose issues stay apart, to see whether something would hold."""
        apart = Visit(self.library, self.terms, self.resolve, self.policy)
        apart.open = self.open
        return apart

    @property
    def holds(self) -> bool:
        """Tell whether no error was found."""
        return not any(issue.severity is Severity.ERROR for issue in self.issues)

    def report(
        self,
        at: Node | str,
        code: str,
        message: str,
        *,
        rule: Rule,
        severity: Severity | None = Severity.ERROR,
        expected: Json = None,
        actual: Json = None,
        hint: str = "",
    ) -> None:
        """Note an issue, if it has a severity; nothing but this builds a location."""
        if severity is None:
            return
        issue = Issue(
            severity=severity,
            code=code,
            at=at if isinstance(at, str) else at.path,
            message=printable(message),
            expected=expected,
            actual=shown(actual),
            source=rule.source,
            requirement=rule.requirement,
            evidence=rule.evidence,
            hint=hint,
        )
        self.issues.append(issue)


def shown(value: Json) -> Json:
    """Return a value as a report can bear it: bounded and printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, (dict, list)):
        text = dumps(value)
        return value if len(text) <= _MOST_SHOWN and text.isprintable() else printable(text)
    return value


def printable(text: str) -> str:
    """Return a text without halves of characters, cut where it is long."""
    cut = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    return _HALVES.sub("\ufffd", cut)
