"""What the server hears and says, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.definitions.release import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One interaction: the path below the base, decoded; header names in lower case.

    `base` is the URL that the client used, and `asked` its query as it was written, where they are known:
    over a socket, outside a Bundle.
    """

    method: str
    path: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    resource: Json = None
    within: str = ""
    base: str = ""
    asked: str = ""

    def header(self, name: str) -> str:
        """Return a header's value, or nothing."""
        return self.headers.get(name, "")

    def parameter(self, name: str) -> str:
        """Return the first value of a query parameter, or nothing."""
        return next((value for key, value in self.query if key == name), "")

    def prefers(self, name: str) -> str:
        """Return the value of a preference of the Prefer header, such as `return`."""
        parts = (part.strip().partition("=") for part in self.header("prefer").replace(",", ";").split(";"))
        return next((value.strip('" ') for key, _, value in parts if key.strip().lower() == name), "")

    def without(self, *headers: str) -> Request:
        """Return the same request without these headers."""
        return replace(self, headers={k: v for k, v in self.headers.items() if k not in headers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer; a resource that it carries is never changed in place, `content` goes before it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    resource: Json = None
    encoding: str = "utf-8"
    content: bytes | None = None

    def with_headers(self, **headers: str) -> Reply:
        """Return the same answer with headers set; `_` in a name stands for `-`."""
        return replace(self, headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})

    def without(self, *headers: str) -> Reply:
        """Return the same answer without these headers."""
        return replace(self, headers={k: v for k, v in self.headers.items() if k not in headers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue of an OperationOutcome."""

    severity: str
    code: str
    text: str
    expression: str = ""


class Refusal(Exception):  # noqa: N818 - an answer to the client, not an error of the program
    """A request that is answered with 4xx and an OperationOutcome."""

    def __init__(
        self,
        status: int,
        code: str,
        text: str,
        expression: str = "",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.issues: tuple[Issue, ...] = (
            Issue(severity="error", code=code, text=text, expression=expression),
        )
        self.headers = headers or {}

    @classmethod
    def of(cls, status: int, issues: Iterable[Issue]) -> Refusal:
        """Return a refusal for several reasons at once."""
        listed = tuple(issues)
        made = cls(status, listed[0].code, listed[0].text)
        made.issues = listed
        return made

    def reply(self) -> Reply:
        """Return the answer that says so."""
        return Reply(status=self.status, headers=self.headers, resource=outcome(*self.issues))


def outcome(*issues: Issue) -> Json:
    """Return an OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue) for issue in issues]}


def information(text: str) -> Json:
    """Return an OperationOutcome that reports a success."""
    return outcome(Issue(severity="information", code="informational", text=text))


def _issue(issue: Issue) -> Json:
    made: dict[str, Json] = {"severity": issue.severity, "code": issue.code, "details": {"text": issue.text}}
    # DSTU2 has no word for it but an XPath.
    if issue.expression and current() != "DSTU2":
        made["expression"] = [issue.expression]
    return made
