"""Faults of a server that holds selections of images: ImagingSelection in R5 and R6, Basic in R4."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import derm
from conformance.server.faults.registry import breaks
from conformance.server.search import Searcher
from conformance.server.wire import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.search.query import Criterion
    from conformance.server.search.world import StoredResource
    from conformance.server.store import Version

_SELECTION, _STUDY, _OBSERVATION = "ImagingSelection", "ImagingStudy", "Observation"
# What R6 has in place of R5's subset.
_PARTS = ("frameNumber", "segmentNumber", "regionOfInterest", "waveFormChannel")
_PATH = "referencedContentItemIdentifier"
# What a selection is in R4.
_BASIC = "Basic"


class _Altering(derm.Altering):
    """A server that stores resources of one type changed."""

    type = _SELECTION

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == self.type)


class _Losing(_Altering):
    """A server that does not store one element."""

    element = ""

    def alter(self, resource: Json) -> Json:
        return {name: value for name, value in resource.items() if name != self.element}


class _AlteringInstances(_Altering):
    """A server that stores the instances of a selection changed."""

    def instance(self, instance: Json) -> Json:
        """Return what is stored instead of an instance."""
        raise NotImplementedError

    def alter(self, resource: Json) -> Json:
        return {**resource, "instance": [self.instance(each) for each in resource.get("instance", [])]}


class _Unfound(Searcher):
    """A server that finds no resource of one type by one parameter."""

    type, code = _SELECTION, ""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        honest = super().test(criterion)
        if criterion.code != self.code:
            return honest
        return lambda resource: resource.type != self.type and honest(resource)


def _without(value: Json, *names: str) -> Json:
    return {name: item for name, item in value.items() if name not in names}


@breaks("ISEL-01")
class SelectionCompleted(Behaviour):
    """A selection without a status or a code is stored with one that nobody sent."""

    def hear(self, request: Request) -> Request:
        if request.method != "POST" or request.path != (_SELECTION,):
            return super().hear(request)
        made = {"status": "unknown", "code": {"text": "unknown"}, **loads(request.body)}
        return super().hear(replace(request, body=dumps(made).encode()))


@breaks("ISEL-02")
class SelectionSeriesLost(_Losing):
    """A selection is stored without its series."""

    element = "seriesUid"


@breaks("ISEL-03")
class SelectedFrameLost(_AlteringInstances):
    """A selected instance is stored without the numbers of its frames, segments or regions."""

    def instance(self, instance: Json) -> Json:
        return _without(instance, "subset", *_PARTS)


@breaks("ISEL-04")
class SelectionCutToOneInstance(_Altering):
    """Of a selection only the first instance is stored."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "instance": resource.get("instance", [])[:1]}


@breaks("ISEL-05", seen="https://github.com/supervisely/supervisely/pull/1764")
class CoordinatesRounded(_AlteringInstances):
    """Coordinates in an image are stored as whole numbers."""

    def instance(self, instance: Json) -> Json:
        regions = [_rounded(each) for each in instance.get("imageRegion2D", [])]
        return {**instance, "imageRegion2D": regions} if regions else instance


def _rounded(region: Json) -> Json:
    return {**region, "coordinate": [Decimal(round(each)) for each in region["coordinate"]]}


@breaks("ISEL-06")
class FrameOfReferenceLost(_Losing):
    """A selection is stored without its frame of reference."""

    element = "frameOfReferenceUid"


@breaks("ISEL-07")
class ContentItemUnidentified(_Losing):
    """An Observation is stored without its identifier."""

    type, element = _OBSERVATION, "identifier"


@breaks("ISEL-07")
class ContentItemPathAsSet(_AlteringInstances):
    """Of the path to a content item each number is stored once (R6)."""

    def instance(self, instance: Json) -> Json:
        path = list(dict.fromkeys(instance.get(_PATH, [])))
        return {**instance, _PATH: path} if path else instance


@breaks("ISEL-08", seen="https://github.com/openemr/openemr/issues/13828")
class SelectionCodeInWords(_Altering):
    """The code of a selection is stored as text alone."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "code": {"text": "key image"}}


@breaks("ISEL-10")
class SelectionUnfoundByIdentifier(_Unfound):
    """No selection is found by its identifier."""

    code = "identifier"


@breaks("ISEL-11", seen="https://github.com/openemr/openemr/issues/2618")
class SelectionNeverCorrected(_Altering):
    """An update of a selection is acknowledged and leaves it as it was."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        kept = before.body if before and not before.deleted and self.concerns(resource) else resource
        return Behaviour.keep(self, kept, before)


@breaks("ISEL-12")
class SelectionByNobody(_Losing):
    """A selection is stored without who made it."""

    element = "performer"


@breaks("ISEL-14")
class SelectedClassLost(_AlteringInstances):
    """A selected instance is stored without its SOP class."""

    def instance(self, instance: Json) -> Json:
        return _without(instance, "sopClass")


@breaks("ISEL-15")
class SelectionUnfoundByStudy(_Unfound):
    """No selection is found by the study that it was taken from."""

    code = "derived-from"


@breaks("ISEL-16", seen="https://github.com/FirelyTeam/spark/issues/521")
class SelectionUnfoundByPatient(_Unfound):
    """No selection is found by its patient."""

    code = "patient"


@breaks("ISEL-18", seen="https://github.com/aehrc/pathling/issues/1784")
class LogicalStudyLost(_Altering):
    """Of a study that is named by its UID only the type is stored."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "derivedFrom": [_without(e, "identifier") for e in resource["derivedFrom"]]}


@breaks("ISEL-19")
class SelectionWithoutEndpoint(_Losing):
    """A selection is stored without its endpoint."""

    element = "endpoint"


@breaks("ISEL-20")
class StudyWithoutInstances(_Altering):
    """A study is stored without the instances of its series."""

    type = _STUDY

    def alter(self, resource: Json) -> Json:
        return {**resource, "series": [_without(each, "instance") for each in resource.get("series", [])]}


@breaks("ISEL-22")
class OneSelectionForAll(_Altering):
    """Of what an Observation is derived from only the first is stored."""

    type = _OBSERVATION

    def alter(self, resource: Json) -> Json:
        return {**resource, "derivedFrom": resource.get("derivedFrom", [])[:1]}


@breaks("ISEL-23", seen="https://github.com/FirelyTeam/spark/issues/15")
class SelectionsAmongStudies(Behaviour):
    """A search for studies shows a selection as a study that matches."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        found = said.resource if request.path == (_STUDY,) and request.method == "GET" else None
        if not isinstance(found, dict) or not found.get("entry"):
            return said
        stray = {"resourceType": _SELECTION, "id": "stray", "status": "unknown", "code": {"text": "stray"}}
        entry = {
            "fullUrl": f"{request.base}/{_SELECTION}/stray",
            "resource": stray,
            "search": {"mode": "match"},
        }
        return replace(said, resource={**found, "entry": [*found["entry"], entry]})


@breaks("ISEL-24")
class BasicWithoutExtensions(_Altering):
    """A Basic is stored without its extensions."""

    type = _BASIC

    def alter(self, resource: Json) -> Json:
        return _without(resource, "extension", "modifierExtension")


@breaks("ISEL-24")
class BasicUnfoundByIdentifier(_Unfound):
    """No Basic is found by its identifier."""

    type, code = _BASIC, "identifier"


@breaks("ISEL-26")
class CoordinatesOfLargerImage(_AlteringInstances):
    """Coordinates in an image are stored for one of four times its size."""

    def instance(self, instance: Json) -> Json:
        regions = [_enlarged(each) for each in instance.get("imageRegion2D", [])]
        return {**instance, "imageRegion2D": regions} if regions else instance


def _enlarged(region: Json) -> Json:
    return {**region, "coordinate": [each * 4 for each in region["coordinate"]]}


@breaks("ISEL-27")
class SeriesUidCutShort(_Altering):
    """The series of a selection is stored without the last digit of its UID."""

    def alter(self, resource: Json) -> Json:
        uid = resource.get("seriesUid")
        return {**resource, "seriesUid": uid[:-1]} if uid else resource


@breaks("ISEL-25")
class UidsAsNames(_AlteringInstances):
    """The UIDs of selected instances are stored with urn:oid: before them."""

    def instance(self, instance: Json) -> Json:
        return {**instance, "uid": f"urn:oid:{instance['uid']}"}
