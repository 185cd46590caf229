"""Composite parameters (R4 search.html#composite): all parts hold within one element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.search.answers import Verdict, all_of, any_of, choice
from conformance.search.asked import Asked, Found
from conformance.search.spelling import split
from conformance.search.values import select

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.definitions.r4 import Component, SearchParameter
    from conformance.search.asked import Match

    Matcher = Callable[[SearchParameter, str], Match | None]

# R4 4.0.1 has the expressions of its two components swapped against their definitions.
_ERRATA = frozenset({"http://hl7.org/fhir/SearchParameter/DocumentReference-relationship"})


def match(found: Found, item: str, asked: Asked, matcher: Matcher) -> Verdict:
    """Compare one element with the parts of `a$b`."""
    parts = split(item, "$")
    components = asked.parameter.components
    if asked.parameter.url in _ERRATA:
        return choice("R4's definition of this composite contradicts itself")
    if len(parts) != len(components) or not all(parts):
        return choice(f"'{asked.parameter.code}' takes {len(components)} parts joined by '$'")
    pairs = zip(components, parts, strict=True)
    return all_of([_part(one, part, found, asked, matcher) for one, part in pairs])


def _part(component: Component, item: str, found: Found, asked: Asked, matcher: Matcher) -> Verdict:
    type_ = str(asked.resource.get("resourceType"))
    parameter = r4.parameter_by_url(component.definition_url, type_)
    compare = matcher(parameter, "") if parameter else None
    values = select(_below(found.path, component.expression), type_, asked.resource)
    if parameter is None or compare is None or values is None:
        return choice(f"the oracle cannot evaluate the parts of '{asked.parameter.code}'")
    if not values and item.startswith("ne"):
        return choice("R4 does not say whether 'ne' finds what has no value")
    part = Asked(parameter=parameter, resource=asked.resource, world=asked.world)
    return any_of(compare(one, item, part) for one in values)


def _below(path: str, expression: str) -> str:
    """Return the expression of a component, rooted at the element that holds the parts."""
    return " | ".join(f"{path}.{part.strip()}" for part in expression.split("|"))
