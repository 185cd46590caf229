"""What holds between the entries of a Bundle (R4 bundle.html)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from conformance.profiles.issue import Severity
from conformance.profiles.seeking import objects_in, texts_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.visit import Check, Visit

# R4 http.html#paging: each of these names one page.
_REACHING = {"document": Severity.ERROR, "message": Severity.WARNING}
_ONCE = {"self", "first", "previous", "prev", "next", "last"}


def bundle_check(rule: Rule) -> Check:
    """Return the check of how entries are named, and of what links and search modes say."""

    def check(value: Json, node: Node, visit: Visit) -> None:
        _judge_links(value, node, visit, rule)
        _judge_reach(value, node, visit, rule)
        for index, entry in objects_in(value, "entry"):
            _judge_name(entry, f"{node.path}.entry[{index}]", visit, rule)
            if value.get("type") == "searchset":
                _judge_mode(entry, f"{node.path}.entry[{index}].resource", visit, rule)

    return check


def _judge_links(value: Json, node: Node, visit: Visit, rule: Rule) -> None:
    seen: Counter[str] = Counter()
    for index, link in objects_in(value, "link"):
        relation = link.get("relation")
        if not isinstance(relation, str):
            continue
        seen[relation] += 1
        if relation in _ONCE and seen[relation] > 1:
            at = f"{node.path}.link[{index}]"
            said = f"There is another link '{relation}'."
            visit.report(at, "structure", said, rule=rule, expected="one link of a relation", actual=relation)


def _judge_name(entry: Json, at: str, visit: Visit, rule: Rule) -> None:
    """R4 bundle.html#bundle-unique: a RESTful fullUrl ends with the type and id of its resource."""
    url, resource = entry.get("fullUrl"), entry.get("resource")
    if not isinstance(url, str) or not isinstance(resource, dict):
        return
    if ":" not in url:
        visit.report(at, "value", "A fullUrl is absolute.", rule=rule, expected="an absolute URI", actual=url)
    name = resource.get("id")
    restful = url.startswith(("http://", "https://")) and isinstance(name, str)
    if restful and not url.endswith(f"/{name}"):
        said = "The fullUrl does not end with the id of its resource."
        visit.report(at, "value", said, rule=rule, expected=name, actual=url)


def _judge_reach(value: Json, node: Node, visit: Visit, rule: Rule) -> None:
    """R4 documents.html: a document holds what its Composition leads to, and what Provenance says of that."""
    entries = list(objects_in(value, "entry"))
    severity = _REACHING.get(str(value.get("type")))
    if severity is None or not entries:
        return
    links = {index: _leads_to(entry, entries) for index, entry in entries}
    reached = _closure(entries[0][0], links)
    for index, entry in entries:
        resource = entry.get("resource")
        supports = isinstance(resource, dict) and resource.get("resourceType") in ("Provenance", "Binary")
        if index not in reached and not supports:
            at = f"{node.path}.entry[{index}]"
            said = "Nothing in the Bundle leads from its first entry to this one."
            visit.report(at, "structure", said, rule=rule, severity=severity, actual=entry.get("fullUrl"))


def _leads_to(entry: Json, entries: list[tuple[int, Json]]) -> set[int]:
    """Return the entries that one refers to, by fullUrl or by the end of it."""
    texts = set(texts_in(entry.get("resource")))
    found = set()
    for index, other in entries:
        url = other.get("fullUrl")
        if isinstance(url, str) and (url in texts or "/".join(url.split("/")[-2:]) in texts):
            found.add(index)
    return found


def _closure(first: int, links: Mapping[int, set[int]]) -> set[int]:
    reached: set[int] = set()
    waiting = [first]
    while waiting:
        index = waiting.pop()
        if index not in reached:
            reached.add(index)
            waiting.extend(links[index])
    return reached


def _judge_mode(entry: Json, at: str, visit: Visit, rule: Rule) -> None:
    """R4 search.html#modes: what an outcome entry holds is an OperationOutcome, and that is no match."""
    search, resource = entry.get("search"), entry.get("resource")
    mode = search.get("mode") if isinstance(search, dict) else None
    if not isinstance(mode, str) or not isinstance(resource, dict):
        return
    type_ = resource.get("resourceType")
    if (mode == "outcome") != (type_ == "OperationOutcome"):
        expected = "OperationOutcome" if mode == "outcome" else "a resource that was sought"
        said = f"A {type_} is not of mode '{mode}'."
        visit.report(at, "value", said, rule=rule, expected=expected, actual=type_)
