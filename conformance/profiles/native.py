"""The constraints of R4 that stand on nearly everything, judged without FHIRPath and at the exact place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.profiles.narrative import complaints
from conformance.profiles.seeking import find, objects_in, texts_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule, Severity
    from conformance.profiles.visit import Check, Visit

    Offences = Callable[[Json, Node, Visit], Iterator[tuple[Node | str, str]]]


def _ext_1(value: Json, node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    if isinstance(value, dict):
        valued = any(key.removeprefix("_").startswith("value") for key in value)
        if valued == ("extension" in value):
            yield node, "extension and value" if valued else "neither"


def _ref_1(value: Json, node: Node, visit: Visit) -> Iterator[tuple[Node | str, str]]:
    reference = value.get("reference") if isinstance(value, dict) else None
    if isinstance(reference, str) and reference.startswith("#"):
        found, _ = find(reference, node, visit)
        if found is None:
            yield node, reference


def _inside(value: Json) -> list[tuple[int, Json]]:
    return list(objects_in(value, "contained")) if isinstance(value, dict) else []


def _dom_2(value: Json, node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    for index, inner in _inside(value):
        if "contained" in inner:
            yield f"{node.path}.contained[{index}]", "contained in contained"


def _dom_3(value: Json, node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    inside = _inside(value)
    if not inside:
        return
    referred = {text for text in texts_in(value) if text.startswith("#")}
    for index, inner in inside:
        if f"#{inner.get('id')}" not in referred and "#" not in set(texts_in(inner)):
            yield f"{node.path}.contained[{index}]", "referred to from nowhere"


def _dom_4(value: Json, node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    for index, inner in _inside(value):
        meta = inner.get("meta")
        for key in ("versionId", "lastUpdated"):
            if isinstance(meta, dict) and key in meta:
                yield f"{node.path}.contained[{index}].meta.{key}", key


def _dom_5(value: Json, node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    for index, inner in _inside(value):
        meta = inner.get("meta")
        if isinstance(meta, dict) and "security" in meta:
            yield f"{node.path}.contained[{index}].meta", "security"


def _dom_6(value: Json, node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    text = value.get("text") if isinstance(value, dict) else None
    # R4 references.html#contained: a contained resource speaks through the narrative of its container.
    if node.stem != "contained" and not (isinstance(text, dict) and "div" in text):
        yield node, "no narrative"


def _bdl_8(value: Json, node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    """Find a fullUrl that names a version; the expression comes out empty where there is none at all."""
    url = value.get("fullUrl") if isinstance(value, dict) else None
    if isinstance(url, str) and "/_history/" in url:
        yield node, url


def _narrative(value: Json, node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    if isinstance(value, str):
        for complaint in complaints(value):
            yield node, complaint


def _nothing(_value: Json, _node: Node, _visit: Visit) -> Iterator[tuple[Node | str, str]]:
    """Leave txt-2 to txt-1: both have the same expression, and the narrative is read once."""
    return iter(())


def _of_contained(offences: Offences) -> Callable[[Rule, Severity, str], Check]:
    """Return what makes the check of a constraint on contained resources: most resources have none."""
    make = _maker(offences)

    def guarded(rule: Rule, severity: Severity, said: str) -> Check:
        check = make(rule, severity, said)

        def of_contained(value: Json, node: Node, visit: Visit) -> None:
            if type(value) is dict and "contained" in value:
                check(value, node, visit)

        return of_contained

    return guarded


def _maker(offences: Offences) -> Callable[[Rule, Severity, str], Check]:
    def make(rule: Rule, severity: Severity, said: str) -> Check:
        def check(value: Json, node: Node, visit: Visit) -> None:
            for at, actual in offences(value, node, visit):
                visit.report(at, "invariant", said, rule=rule, severity=severity, actual=actual)

        return check

    return make


_DOM_3 = (
    "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) "
    "| %resource.descendants().as(uri) | %resource.descendants().as(url))) or "
    "descendants().where(reference = '#').exists() or descendants().where(as(canonical) = '#').exists() or "
    "descendants().where(as(canonical) = '#').exists()).not()).trace('unmatched', id).empty()"
)
_REF_1 = (
    "reference.startsWith('#').not() or (reference.substring(1).trace('url') in "
    "%rootResource.contained.id.trace('ids'))"
)
# By key, then by expression: a definition that says something else under the same key is evaluated.
NATIVE: dict[str, dict[str, Callable[[Rule, Severity, str], Check]]] = {
    "ext-1": {"extension.exists() != value.exists()": _maker(_ext_1)},
    "ref-1": {_REF_1: _maker(_ref_1)},
    "bdl-8": {"fullUrl.contains('/_history/').not()": _maker(_bdl_8)},
    "dom-2": {"contained.contained.empty()": _of_contained(_dom_2)},
    "dom-3": {_DOM_3: _of_contained(_dom_3)},
    "dom-4": {
        "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()": _of_contained(_dom_4)
    },
    "dom-5": {"contained.meta.security.empty()": _of_contained(_dom_5)},
    "dom-6": {"text.`div`.exists()": _maker(_dom_6)},
    "txt-1": {"htmlChecks()": _maker(_narrative)},
    "txt-2": {"htmlChecks()": _maker(_nothing)},
}
