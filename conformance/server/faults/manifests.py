"""Faults of a server that holds manifests of key objects (STU3, DSTU2), or finds the way to images."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import derm
from conformance.server.faults.registry import breaks
from conformance.server.search import Searcher
from conformance.server.wire import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json
    from conformance.server.messages import Request
    from conformance.server.search.query import Criterion, Query
    from conformance.server.search.world import StoredResource

_MANIFESTS = frozenset({"ImagingManifest", "ImagingObjectSelection"})
_ANY_STUDY: Json = {"uid": "urn:oid:2.25.1", "series": [{"uid": "urn:oid:2.25.2", "instance": []}]}
_INSTANCE: Json = {"uid": "urn:oid:2.25.3", "sopClass": "urn:oid:2.25.4", "url": "https://example.org/3"}


def _without(value: Json, *names: str) -> Json:
    return {name: item for name, item in value.items() if name not in names}


class _Altering(derm.Altering):
    """A server that stores manifests changed."""

    def concerns(self, resource: Json) -> bool:
        return resource["resourceType"] in _MANIFESTS


class _AlteringInstances(_Altering):
    """A server that stores the instances of a manifest changed."""

    def instance(self, instance: Json) -> Json:
        """Return what is stored instead of an instance."""
        raise NotImplementedError

    def alter(self, resource: Json) -> Json:
        return {**resource, "study": [self._study(each) for each in resource["study"]]}

    def _study(self, study: Json) -> Json:
        return {**study, "series": [self._series(each) for each in study["series"]]}

    def _series(self, series: Json) -> Json:
        return {**series, "instance": [self.instance(each) for each in series["instance"]]}


class _Ignoring(Searcher):
    """A server that leaves some parameters out of account."""

    codes: frozenset[str] = frozenset()

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        return (lambda _resource: True) if criterion.code in self.codes else super().test(criterion)


@breaks("IMAN-01")
class ManifestOfNobody(_Altering):
    """Of the patient of a manifest only a name is stored."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "patient": {"display": "somebody"}}


@breaks("IMAN-02")
class ManifestOfNothingFilled(Behaviour):
    """A manifest without a study is stored with one that nobody sent."""

    def hear(self, request: Request) -> Request:
        if request.method != "POST" or not _MANIFESTS.intersection(request.path):
            return super().hear(request)
        sent = loads(request.body)
        named = set(_INSTANCE) - ({"url"} if sent["resourceType"] == "ImagingManifest" else set())
        instance = {name: _INSTANCE[name] for name in named}
        study = {**_ANY_STUDY, "series": [{**_ANY_STUDY["series"][0], "instance": [instance]}]}
        return super().hear(replace(request, body=dumps({"study": [study], **sent}).encode()))


@breaks("IMAN-03", seen="https://github.com/dcm4che/dcm4chee-arc-light/issues/4981")
class BareUids(_AlteringInstances):
    """The UIDs of a manifest are stored without urn:oid: before them."""

    def instance(self, instance: Json) -> Json:
        return {**instance, "uid": instance["uid"].removeprefix("urn:oid:")}


@breaks("IMAN-04")
class ManifestClassesLost(_AlteringInstances):
    """The instances of a manifest are stored without their SOP class."""

    def instance(self, instance: Json) -> Json:
        return _without(instance, "sopClass")


@breaks("IMAN-05")
class ManifestCutToOneStudy(_Altering):
    """Of a manifest only the first study is stored."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "study": resource["study"][:1]}


@breaks("IMAN-06", seen="https://github.com/openemr/openemr/issues/13828")
class ManifestTitleInWords(_Altering):
    """The title of a manifest is stored as text alone."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "title": {"text": "of interest"}} if "title" in resource else resource


@breaks("IMAN-07")
class ManifestLeadsNowhere(_AlteringInstances):
    """A manifest is stored without where its objects are."""

    def instance(self, instance: Json) -> Json:
        return _without(instance, "url")

    def _study(self, study: Json) -> Json:
        return _without(super()._study(study), "endpoint", "url")


@breaks("IMAN-08")
class ManifestFramesLost(_AlteringInstances):
    """The instances of a manifest are stored without the frames that were chosen."""

    def instance(self, instance: Json) -> Json:
        return _without(instance, "frames")


@breaks("IMAN-09")
class ManifestUnfoundByStudy(Searcher):
    """No manifest is found by a study that it lists."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        return (lambda _r: False) if criterion.code == "selected-study" else super().test(criterion)


@breaks("IMAN-10", seen="https://github.com/microsoft/fhir-server/issues/1886")
class FamilyInItsOwnCase(Searcher):
    """A family name is found only in the letters that it is written in."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        spelt = replace(criterion, modifier="exact")
        return super().test(spelt if criterion.code == "family" else criterion)


@breaks("IMAN-11", seen="https://github.com/HealthIntersections/fhirserver/issues/76")
class PastProblemsAmongActive(_Ignoring):
    """The clinical status is left out of account in a search for problems."""

    codes = frozenset({"clinical-status", "clinicalstatus"})


@breaks("IMAN-12", seen="https://github.com/FHIR/fhir-candle/issues/47")
class OldestFirst(Searcher):
    """Matches come in the order in which they were stored, though the answer says that it sorted them."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        return super().order(replace(query, sort=()), resources)


@breaks("IMAN-13", seen="https://github.com/FirelyTeam/spark/issues/552")
class DatesOfNoAccount(_Ignoring):
    """The date is left out of account in a search."""

    codes = frozenset({"date"})


@breaks("IMAN-14")
class AnyBodySite(_Ignoring):
    """The body site is left out of account in a search for studies."""

    codes = frozenset({"bodysite"})


@breaks("IMAN-15")
class StudyCountsLost(derm.Altering):
    """The counts of series and instances of a study are stored as 0."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "ImagingStudy")

    def alter(self, resource: Json) -> Json:
        counts = {"numberOfSeries": 0, "numberOfInstances": 0}
        return {**resource, **{name: zero for name, zero in counts.items() if name in resource}}


@breaks("IMAN-17", seen="https://github.com/aehrc/pathling/issues/2746")
class ManifestByNobody(_Altering):
    """A manifest is stored without who made it, and when."""

    def alter(self, resource: Json) -> Json:
        return _without(resource, "author", "authoringTime")


@breaks("IMAN-18")
class ReportWithoutManifest(derm.Altering):
    """A report is stored without the images that it is of."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "DiagnosticReport")

    def alter(self, resource: Json) -> Json:
        return _without(resource, "imagingStudy")
