"""What a body check looks at: the body, each match of a search, or each entry of another Bundle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.checks import searchset
from conformance.checks.scene import Subject

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Attempt, Check, Json

_ABSTRACT = frozenset({"Resource", "DomainResource"})
# FHIRPath elements and functions begin in lower case: a capital at the start can only be a type.
_OPENING = re.compile(r"[\s(]*(?!(?:Resource|DomainResource)\b)([A-Z][A-Za-z]+)\b")
# The plain path that an expression begins with: what a location can be told by when nothing was found.
_PATH = re.compile(r"[\s(]*([A-Za-z]\w*(?:\[\d+\])?(?![\w(\[])(?:\.[a-z]\w*(?:\[\d+\])?(?![\w(\[]))*)")
# R4 search.html#summary and security-labels: what is marked so was cut by the server (F19).
_CUT = frozenset({"SUBSETTED", "REDACTED"})


def opening(expression: str) -> str:
    """Return the resource type that an expression starts with, or nothing."""
    found = _OPENING.match(expression)
    return found[1] if found else ""


def leading_path(expression: str, type_: str) -> str:
    """Return the plain path that an expression starts with, beginning with the resource type."""
    found = _PATH.match(expression)
    path = found[1] if found else ""
    first, _, rest = path.partition(".")
    if first in _ABSTRACT:
        path = rest
    return path if opening(expression) else ".".join(part for part in (type_, path) if part)


def of_type(check: Check, scene: Scene, type_: str) -> list[Subject]:
    """Return the resources of a type that the answer offers; without a type, the body itself."""
    if unanswered(check, scene, errors=type_ == "OperationOutcome"):
        return []
    if not type_ or kind_of(scene.body) == type_:
        return [subject(scene.body)]
    return listed(scene, type_)


def each_match(check: Check, scene: Scene) -> list[Subject]:
    """Return the body, or the matches of a search, or all entries of another Bundle."""
    if unanswered(check, scene):
        return []
    return listed(scene, scene.type) if kind_of(scene.body) == "Bundle" else [subject(scene.body)]


def listed(scene: Scene, type_: str) -> list[Subject]:
    """Return the entries of a type: only the matches where the Bundle answers a search."""
    if kind_of(scene.body) != "Bundle":
        return []
    searched = scene.verb == "search" or scene.body.get("type") == "searchset"
    entries = searchset.matches(scene.body, scene.type) if searched else searchset.entries(scene.body)
    return [
        Subject(entry.resource, entry.reference)
        for entry in entries
        if isinstance(entry.resource, dict) and (not type_ or kind_of(entry.resource) == type_)
    ]


def subject(resource: Json) -> Subject:
    """Return a resource with its `Type/id`, where it says both."""
    return Subject(resource, searchset.reference_of(resource))


def kind_of(resource: Json) -> str:
    """Return the resourceType of a JSON value, or nothing."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return kind if isinstance(kind, str) else ""


def nothing(check: Check, scene: Scene) -> str:
    """Return why there was nothing to look at, as a sentence."""
    type_ = opening(check.value) if isinstance(check.value, str) else ""
    why = unanswered(check, scene, errors=type_ == "OperationOutcome")
    if why:
        return why
    what = f"{type_} to look at" if type_ else "resource to look at"
    return f"the answer ({kind_of(scene.body) or 'no resource'}) holds no {what}"


def unanswered(check: Check, scene: Scene, *, errors: bool = False, any_json: bool = False) -> str:
    """Return why the answer offers no body to judge, or nothing where it does.

    An error answer is judged only by who asks for it (`errors`, or `when: {status: …}`): that the server
    refused is the finding of another rule, and would be told twice.
    """
    asked = errors or asks_errors(check)
    for exchange in scene.exchanges:
        why = _no_success(exchange.answer, asked=asked)
        if why:
            return why
    if any_json:
        return "" if scene.body is not None else "the answer has no body that can be read as JSON"
    return "" if isinstance(scene.body, dict) else "the answer has no body that can be read as a resource"


def unanswered_bytes(check: Check, scene: Scene, *, errors: bool = False) -> str:
    """Return why there are no bytes to look at, or nothing where there are."""
    if not scene.exchanges:
        return "nothing was retrieved"
    answer = scene.exchanges[-1].answer
    why = _no_success(answer, asked=errors or asks_errors(check))
    return why or ("" if answer.facts is not None else "the answer is none of a `retrieve`")


def asks_errors(check: Check) -> bool:
    """Tell whether a check asks for an error answer by its condition."""
    return "status" in check.when and "step" not in check.when


def _no_success(answer: Attempt, *, asked: bool) -> str:
    if answer.status is None:
        return f"there was no answer: {answer.error or 'the connection failed'}"
    succeeded = asked or 200 <= answer.status < 300  # noqa: PLR2004 - RFC 9110, section 15
    return "" if succeeded else f"the answer was {answer.status}"


def cut(resource: Json) -> str:
    """Return the label by which the server says that it left elements out, or nothing."""
    return next(
        (code for _, code in sorted(searchset.codings(resource, "tag", "security")) if code in _CUT), ""
    )
