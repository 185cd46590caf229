"""Extensions: known or not, where they may stand, and whether they modify (R4 extensibility.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.profiles.issue import Severity
from conformance.profiles.names import CORE
from conformance.profiles.rules import rule_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit

# R4's own definitions use these extensions where their contexts do not let them.
_USED_BY_R4 = {
    "regex": {"ElementDefinition.type"},
    "structuredefinition-fhir-type": {"ElementDefinition.type"},
    "structuredefinition-normative-version": {
        "CodeSystem",
        "ElementDefinition",
        "OperationDefinition",
        "ValueSet",
    },
    "valueset-concept-comments": {"CodeSystem.concept"},
}
_EVERYWHERE = {"Element", "Resource", "*"}


def extension_check(part: Element) -> Check:
    """Return the check that judges an extension by its own definition."""
    rule = rule_of(part)
    modifies = part.name == "modifierExtension"

    def check(value: Json, node: Node, visit: Visit) -> None:
        url = value.get("url") if isinstance(value, dict) else None
        if not isinstance(url, str):
            return
        nested = node.parent is not None and node.parent.type == "Extension"
        if ":" not in url:
            if not nested:
                _relative(url, node, visit, rule)
            return
        structure = visit.library.structure(url)
        if structure is None:
            _unknown(url, node, visit, rule, modifies=modifies)
        elif structure.get("type") != "Extension":
            _no_extension(url, node, visit, rule)
        else:
            _known(value, node, visit, structure, rule, modifies=modifies)

    return check


def _known(
    value: Json, node: Node, visit: Visit, structure: Mapping[str, Json], rule: Rule, *, modifies: bool
) -> None:
    url = str(structure["url"])
    own = visit.library.check(url)
    if own is not None:
        own(value, node, visit)
    if _is_modifier(structure) != modifies:
        _misplaced(url, node, visit, rule, modifies=modifies)
    if not _may_stand(structure, node.parent):
        _out_of_context(url, node, visit, structure, rule)


def _is_modifier(structure: Mapping[str, Json]) -> bool:
    return bool(structure["snapshot"]["element"][0].get("isModifier", False))


def _may_stand(structure: Mapping[str, Json], parent: Node | None) -> bool:
    """Tell whether a context of an extension covers a place; FHIRPath contexts are taken on trust."""
    contexts = structure.get("context", ())
    if not contexts or parent is None:
        return True
    places = set(_places(parent))
    if not places.isdisjoint(_USED_BY_R4.get(str(structure["url"]).removeprefix(CORE), ())):
        return True
    return any(_covers(context, places, parent) for context in contexts)


def _covers(context: Mapping[str, Json], places: set[str], parent: Node) -> bool:
    expression = str(context.get("expression", ""))
    kind = context.get("type")
    if kind == "extension":
        return isinstance(parent.value, dict) and parent.value.get("url") == expression
    if kind != "element" or "#" in expression:
        return True
    return expression in places or expression in _EVERYWHERE


def _places(node: Node) -> Iterator[str]:
    """Yield what a context may call a place: its type, and its path from each type above it."""
    below = ""
    place: Node | None = node
    while place is not None:
        for name in {place.shape, *_kinds(place.type)}:
            yield f"{name}{below}"
            yield f"{name}{below}[x]"
        below = f".{place.stem}{below}"
        if place.type in r4.resource_types():
            return
        place = place.parent


def _kinds(type_: str) -> tuple[str, ...]:
    return r4.ancestry(type_) if type_ in r4.type_names() else ()


def _relative(url: str, node: Node, visit: Visit, rule: Rule) -> None:
    visit.report(
        node,
        "value",
        "The URL of an extension is absolute.",
        rule=rule,
        expected="an absolute URL",
        actual=url,
    )


def _unknown(url: str, node: Node, visit: Visit, rule: Rule, *, modifies: bool) -> None:
    """Note an extension that cannot be judged; without one that modifies, the rest is not understood."""
    visit.report(
        node,
        "extension",
        f"The extension {url} is not at hand: its content is not judged.",
        rule=rule,
        severity=_worse(visit.policy.unknown_extension) if modifies else visit.policy.unknown_extension,
        actual=url,
    )


def _worse(severity: Severity | None) -> Severity | None:
    """Return a warning for what would be mere information."""
    return Severity.WARNING if severity is Severity.INFORMATION else severity


def _no_extension(url: str, node: Node, visit: Visit, rule: Rule) -> None:
    visit.report(
        node,
        "extension",
        f"{url} does not define an extension.",
        rule=rule,
        expected="an extension",
        actual=url,
    )


def _misplaced(url: str, node: Node, visit: Visit, rule: Rule, *, modifies: bool) -> None:
    right = "extension" if modifies else "modifierExtension"
    visit.report(
        node,
        "extension",
        f"The extension {url} belongs into '{right}'.",
        rule=rule,
        expected=right,
        actual=node.stem,
    )


def _out_of_context(url: str, node: Node, visit: Visit, structure: Mapping[str, Json], rule: Rule) -> None:
    visit.report(
        node,
        "extension",
        f"The extension {url} may not stand here.",
        rule=rule,
        expected=[str(context.get("expression")) for context in structure.get("context", ())],
        actual=node.parent.path if node.parent is not None else "",
    )
