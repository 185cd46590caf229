"""Rules that R4's pages state for a type without a constraint that a machine could read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.definitions.sctid import SNOMED
from conformance.profiles.bundles import bundle_check
from conformance.profiles.rules import rule_of
from conformance.profiles.seeking import find
from conformance.profiles.terms import NO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit


def special_checks(tree: Element) -> list[Check]:
    """Return the checks of a type that its definition does not spell out."""
    checks = [make(rule_of(tree)) for make in _MAKERS.get(tree.path, ())]
    return [_of_objects(checks)] if checks else []


def _of_objects(checks: Sequence[Check]) -> Check:
    """Return checks as one that leaves alone what is no object: that was said already."""

    def guarded(value: Json, node: Node, visit: Visit) -> None:
        if isinstance(value, dict):
            for check in checks:
                check(value, node, visit)

    return guarded


def _attachment_size(rule: Rule) -> Check:
    """R4 datatypes.html#Attachment: size counts the bytes of the data before they are encoded."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        data, size = value.get("data"), value.get("size")
        if not isinstance(data, str) or not isinstance(size, int):
            return
        bare = "".join(data.split())
        real = len(bare) * 3 // 4 - bare[-2:].count("=")
        if real != size:
            visit.report(
                node,
                "structure",
                "The stated size is not the size of the data.",
                rule=rule,
                expected=real,
                actual=size,
            )

    return check


_HINTS = {
    SNOMED: "The last digit of a SNOMED CT identifier is a check digit, and it is wrong here, or this is no "
    "identifier: look the concept up again. A number in floating point loses the last digits of long ones.",
}


def _defined_code(rule: Rule) -> Check:
    """R4 datatypes.html#Coding: a code is one that its system defines."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        system, code = value.get("system"), value.get("code")
        if isinstance(system, str) and isinstance(code, str) and visit.terms.defines(system, code) == NO:
            visit.report(
                node,
                "code-invalid",
                f"The code system {system} has no such code.",
                rule=rule,
                severity=visit.policy.unknown_code,
                expected=f"a code of {system}",
                actual=code,
                hint=_HINTS.get(system, ""),
            )

    return check


def _display(rule: Rule) -> Check:
    def check(value: Json, node: Node, visit: Visit) -> None:
        system, code, display = value.get("system"), value.get("code"), value.get("display")
        if not (isinstance(system, str) and isinstance(code, str) and isinstance(display, str)):
            return
        known = visit.terms.display(system, code)
        if known is not None and _folded(known) != _folded(display):
            severity = visit.policy.wrong_display
            said = "The code system calls this code otherwise."
            at = f"{node.path}.display"
            visit.report(at, "value", said, rule=rule, severity=severity, expected=known, actual=display)

    return check


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _absolute_system(rule: Rule) -> Check:
    """R4 datatypes.html#Coding: a system is an absolute URI that names a code system, not a value set."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        system = value.get("system")
        if not isinstance(system, str):
            return
        if ":" not in system:
            visit.report(
                f"{node.path}.system",
                "value",
                "A system is an absolute URI.",
                rule=rule,
                expected="an absolute URI",
                actual=system,
            )
        elif "/ValueSet/" in system:
            said = "This names a value set, not a code system."
            at = f"{node.path}.system"
            visit.report(at, "value", said, rule=rule, expected="a code system", actual=system)

    return check


def _whole_reference(rule: Rule) -> Check:
    """R4 references.html#Reference: a reference is a URL or a fragment, and neither has blanks."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        reference = value.get("reference")
        if isinstance(reference, str) and _BLANK.search(reference):
            said = "A reference is a URL, which has no blanks."
            at = f"{node.path}.reference"
            visit.report(at, "value", said, rule=rule, expected="a URL", actual=reference)

    return check


def _sets(rule: Rule) -> Check:
    """R4 Meta.security, Meta.tag: the list is a set; uniqueness is based on system and code."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        for name in ("security", "tag"):
            labels = value.get(name)
            if visit.policy.repeated_label is None or not isinstance(labels, list) or len(labels) < 2:  # noqa: PLR2004 - two make a pair
                continue
            codings = [_named(label) for label in labels]
            for index, coding in enumerate(codings):
                if coding is not None and coding in codings[:index]:
                    severity = visit.policy.repeated_label
                    said = "This is stated already."
                    at = f"{node.path}.{name}[{index}]"
                    visit.report(at, "duplicate", said, rule=rule, severity=severity, actual=labels[index])

    return check


def _named(label: Json) -> tuple[Json, Json] | None:
    return (label.get("system"), label.get("code")) if isinstance(label, dict) else None


def _example(rule: Rule) -> Check:
    """RFC 2606 keeps some domains for examples: nothing real is to be found there."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        url = value.get("url")
        if isinstance(url, str) and _EXAMPLE.match(url):
            severity = visit.policy.example_url
            visit.report(
                f"{node.path}.url",
                "value",
                "This is an example's URL.",
                rule=rule,
                severity=severity,
                actual=url,
            )

    return check


def _markup(rule: Rule) -> Check:
    def check(value: Json, node: Node, visit: Visit) -> None:
        text = value.get("text")
        if isinstance(text, str) and _TAG.search(text):
            severity = visit.policy.html_in_markdown
            visit.report(
                f"{node.path}.text",
                "value",
                "The markdown has HTML.",
                rule=rule,
                severity=severity,
                actual=text,
            )

    return check


def _dead_links(rule: Rule) -> Check:
    """Note links within a narrative that lead neither to a place in it nor to a contained resource."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        div = value.get("div")
        if visit.policy.dead_link is None or not isinstance(div, str) or "#" not in div:
            return
        dead = set(_LINK.findall(div)) - set(_ANCHOR.findall(div)) - {""}
        for link in sorted(dead):
            if find(f"#{link}", node, visit)[0] is None:
                severity = visit.policy.dead_link
                said = "A link in the narrative leads nowhere."
                visit.report(f"{node.path}.div", "not-found", said, rule=rule, severity=severity, actual=link)

    return check


_BLANK = re.compile(r"\s")
_LINK = re.compile(r"""\b(?:href|src)\s*=\s*["']#([^"']*)""")
_ANCHOR = re.compile(r"""\b(?:id|name)\s*=\s*["']([^"']*)""")
_EXAMPLE = re.compile(r"https?://([^/?#]*\.)?example\.(org|com|net)([:/?#]|\Z)")
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_MAKERS: dict[str, tuple[Callable[[Rule], Check], ...]] = {
    "Annotation": (_markup,),
    "Attachment": (_attachment_size, _example),
    "Coding": (_absolute_system, _defined_code, _display),
    "Bundle": (bundle_check,),
    "Identifier": (_absolute_system,),
    "Meta": (_sets,),
    "Narrative": (_dead_links,),
    "Quantity": (_absolute_system, _defined_code),
    "Reference": (_whole_reference,),
}
