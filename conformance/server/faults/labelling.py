"""Faults of the label that says that AI took part, on resources and on single elements.

Their like is on record: labels that searches lost (https://github.com/hapifhir/hapi-fhir/issues/4420) or
that a parser dropped (https://github.com/hapifhir/hapi-fhir/issues/92), `:not` that found what it should
leave out (https://github.com/FirelyTeam/spark/issues/95), labels that could not be searched by every spelling
(https://github.com/LinuxForHealth/FHIR/issues/2553), extensions of primitive values that were lost
(https://github.com/hapifhir/hapi-fhir/issues/2801).
"""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks
from conformance.server.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json
    from conformance.server.search import Criterion, Hit, Query, StoredResource

_VALUES = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
_AIAST = {"system": _VALUES, "code": "AIAST"}
_INLINE = "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label"
_FLAG = "PROCESSINLINELABEL"


class _Relabelling(derm.Altering):
    """A server that stores resources with other security labels."""

    def labels(self, labels: list[Json]) -> list[Json]:
        """Return what is stored instead of the labels."""
        raise NotImplementedError

    def concerns(self, resource: Json) -> bool:
        return "AIAST" in _codes(resource)

    def alter(self, resource: Json) -> Json:
        meta = resource["meta"]
        return {**resource, "meta": {**meta, "security": self.labels(meta["security"])}}


@breaks("AIT-LBL-01")
class LabelBecomesTag(derm.Altering):
    """The AI label of a resource is moved from meta.security to meta.tag."""

    def concerns(self, resource: Json) -> bool:
        return "AIAST" in _codes(resource)

    def alter(self, resource: Json) -> Json:
        bare = derm.without_label(resource)
        return {**bare, "meta": {**bare["meta"], "tag": [*bare["meta"].get("tag", []), _AIAST]}}


@breaks("AIT-LBL-02b")
class LabelBecomesDevice(_Relabelling):
    """The AI label of a prediction becomes the one for what devices assert."""

    def concerns(self, resource: Json) -> bool:
        return derm.is_prediction(resource) and super().concerns(resource)

    def labels(self, labels: list[Json]) -> list[Json]:
        return [{**one, "code": "DEVAST"} if one.get("code") == "AIAST" else one for one in labels]


@breaks("AIT-LBL-06")
class LabelOfOwnSystem(_Relabelling):
    """The labels of a resource that claims AI-data get a system of the server's own."""

    def concerns(self, resource: Json) -> bool:
        claimed = resource.get("meta", {}).get("profile", [])
        return any("/AI-data" in claim for claim in claimed) and bool(_codes(resource))

    def labels(self, labels: list[Json]) -> list[Json]:
        return [{**one, "system": "https://example.org/labels"} for one in labels]


@breaks("AIT-LBL-08")
class HumanWorkLabelled(derm.AlteringAnnotations):
    """What a person annotated without AI gets the AI label."""

    def concerns(self, resource: Json) -> bool:
        return super().concerns(resource) and not derm.method(resource).startswith("ai-")

    def alter(self, resource: Json) -> Json:
        meta = resource.get("meta", {})
        return {**resource, "meta": {**meta, "security": [*meta.get("security", []), _AIAST]}}


@breaks("AIT-LBL-10")
class OnlyAiLabelKept(_Relabelling):
    """Of the labels of a resource only the one for AI is stored."""

    def labels(self, labels: list[Json]) -> list[Json]:
        return [one for one in labels if one.get("code") in {"AIAST", _FLAG}]


@breaks("AIT-LBL-09", seen="https://github.com/icanbwell/fhir-server/pull/397")
class SummaryWithoutLabels(Searcher):
    """A summary shows no security labels."""

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        made = super().entry(query, hit)
        if query.summary != "true":
            return made
        resource = made["resource"]
        return {**made, "resource": {**resource, "meta": views.without(resource["meta"], "security")}}


@breaks("DERM-AIT-12")
class LabelOfReportLost(_Relabelling):
    """A report loses its AI label."""

    def concerns(self, resource: Json) -> bool:
        return resource["resourceType"] == "DiagnosticReport" and super().concerns(resource)

    def labels(self, labels: list[Json]) -> list[Json]:
        return [one for one in labels if one.get("code") != "AIAST"]


@breaks("AIT-LBL-05a")
class LabelNeedsSystem(Searcher):
    """Search by the code of a label alone finds nothing."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        bare = criterion.code == "_security" and not any("|" in text for text in criterion.alternatives)
        return (lambda _resource: False) if bare and not criterion.modifier else super().test(criterion)


@breaks("AIT-LBL-05b", seen="https://github.com/FirelyTeam/spark/issues/95")
class NotIgnoredForLabels(Searcher):
    """Search by `_security:not` finds what carries the label."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        turned = criterion.code == "_security" and criterion.modifier == "not"
        return super().test(replace(criterion, modifier="") if turned else criterion)


@breaks("AIT-LBL-05c")
class TagTakenForLabel(Searcher):
    """Search by `_security` looks at tags, too."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        labelled = super().test(criterion)
        if criterion.code != "_security" or criterion.modifier:
            return labelled
        tagged = super().test(replace(criterion, name="_tag", code="_tag"))
        return lambda resource: labelled(resource) or tagged(resource)


@breaks("AIT-INL-01")
class InlineFlagLost(_Relabelling):
    """The label that announces labelled elements is lost."""

    def concerns(self, resource: Json) -> bool:
        return _FLAG in _codes(resource)

    def labels(self, labels: list[Json]) -> list[Json]:
        return [one for one in labels if one.get("code") != _FLAG]


@breaks("AIT-INL-02")
class PrimitiveExtensionsLost(derm.Altering):
    """The extensions of primitive values are lost."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Observation")

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _without_siblings)


@breaks("AIT-INL-03")
class LabelLostBesideInline(_Relabelling):
    """A resource whose elements are labelled loses the AI label of its own."""

    def concerns(self, resource: Json) -> bool:
        return _FLAG in _codes(resource)

    def labels(self, labels: list[Json]) -> list[Json]:
        return [one for one in labels if one.get("code") != "AIAST"]


@breaks("AIT-INL-04a")
class FirstInlineLabelOnly(derm.Altering):
    """Of several labels of an element only the first is stored."""

    def concerns(self, resource: Json) -> bool:
        return _FLAG in _codes(resource)

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _with_first_label)


def _codes(resource: Json) -> set[str]:
    return {label.get("code", "") for label in resource.get("meta", {}).get("security", [])}


def _without_siblings(part: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in part.items() if not name.startswith("_")}


def _with_first_label(part: dict[str, Json]) -> dict[str, Json]:
    extensions = part.get("extension", [])
    labels = [one for one in extensions if one.get("url") == _INLINE]
    return {**part, "extension": [one for one in extensions if one not in labels[1:]]} if labels else part
