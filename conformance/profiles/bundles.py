"""What holds between the entries of a Bundle (R4 bundle.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.visit import Check, Visit


def bundle_check(rule: Rule) -> Check:
    """Return the check of how entries are named."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        entries = value.get("entry")
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict):
                _named(entry, f"{node.path}.entry[{index}]", visit, rule)

    return check


def _named(entry: Json, at: str, visit: Visit, rule: Rule) -> None:
    """R4 bundle.html#bundle-unique: a RESTful fullUrl ends with the type and id of its resource."""
    url, resource = entry.get("fullUrl"), entry.get("resource")
    if not isinstance(url, str) or not isinstance(resource, dict):
        return
    if ":" not in url:
        visit.report(at, "value", "A fullUrl is absolute.", rule=rule, expected="an absolute URI", actual=url)
    name = resource.get("id")
    restful = url.startswith(("http://", "https://")) and isinstance(name, str)
    if restful and not url.endswith(f"/{name}"):
        visit.report(
            at,
            "value",
            "The fullUrl does not end with the id of its resource.",
            rule=rule,
            expected=name,
            actual=url,
        )
