"""One resource being judged: what is found on the way, and what may be asked on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
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
# By who remembers and how the value is spelt: its issues, with places below the value
Memory = dict[tuple[Callable[..., None], bytes], tuple[Issue, ...]]

# By what it has to be unique in, for which kind of ids, and the id: what it names
Names = dict[tuple[str, str, str], "Node"]

_MOST_SHOWN = 400
_HALVES = re.compile("[\ud800-\udfff]")


class Visit:
    """Collects issues; `open` holds what is being judged already, so that circles end.

    `memory` holds what was found in values before, by the same terms and policy; None keeps nothing.
    `names` holds what each id names within what it has to be unique in; a trial looks at no ids.
    """

    __slots__ = ("issues", "library", "memory", "names", "open", "policy", "resolve", "terms")

    def __init__(
        self, library: Library, terms: Terms, resolve: Resolve, policy: Policy, memory: Memory | None = None
    ) -> None:
        self.library = library
        self.terms = terms
        self.resolve = resolve
        self.policy = policy
        self.memory = memory
        self.issues: list[Issue] = []
        self.open: set[tuple[int, str]] = set()
        self.names: Names | None = {}

    def trial(self) -> Visit:
        """Return a visit whose issues stay apart, to see whether something would hold."""
        apart = Visit(self.library, self.terms, self.resolve, self.policy, self.memory)
        apart.open = self.open
        apart.names = None
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

    def repeat(self, issues: tuple[Issue, ...], node: Node) -> None:
        """Note issues that are known from an equal value, whose places are stated below it."""
        self.issues.extend(replace(issue, at=node.path + issue.at) for issue in issues)


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
