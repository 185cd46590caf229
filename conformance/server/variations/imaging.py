"""What is left to the side with the images: what it offers and announces, how it names (fairness F5, F12)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.server.faults import views
from conformance.server.imaging.behaviour import Imaging
from conformance.server.messages import Refusal
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json
    from conformance.server.messages import Reply

_BULK = "BulkDataURI"
_STUDY = "ImagingStudy"


@allowed("F5")
class NoStudyRead(Imaging):
    """A study is found by searches alone: it is neither declared nor possible to read one."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), _unread)

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if door != "read" or (said.resource or {}).get("resourceType") != _STUDY:
            return said
        text = "A study is not read here; search for it."
        return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", text).reply()


def _unread(resource: Json) -> Json:
    if resource["type"] != _STUDY:
        return resource
    return {**resource, "interaction": [one for one in resource["interaction"] if one["code"] != "read"]}


@allowed("F12")
class RelativeBulkData(Imaging):
    """Metadata say where bulk data are by an address without scheme and host (RFC 3986, section 4.2)."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if door != "metadata" or said.status != HTTPStatus.OK:
            return said
        told = [
            {
                tag: {**item, _BULK: urlsplit(item[_BULK]).path} if _BULK in item else item
                for tag, item in image.items()
            }
            for image in json.loads(said.content or b"[]")
        ]
        return replace(said, content=json.dumps(told).encode())


@allowed("F12")
class PatientsAtHome(Imaging):
    """The patient of a study that is found is named by the URL of the clinical base, where patients are."""

    def enclose(self, bundle: Json) -> Json:
        made = super().enclose(bundle)
        return {**made, "entry": [_at_home(entry) for entry in made["entry"]]} if "entry" in made else made


def _at_home(entry: Json) -> Json:
    resource, home = entry["resource"], str(entry.get("fullUrl", "")).partition("/imaging/fhir/")[0]
    if resource["resourceType"] != _STUDY:
        return entry
    subject = {"reference": f"{home}/fhir/{resource['subject']['reference']}"}
    return {**entry, "resource": {**resource, "subject": subject}}


@allowed("F12")
class EndpointsWithVersions(Imaging):
    """A study names the version of its Endpoint, where that is a resource of its own."""

    def enclose(self, bundle: Json) -> Json:
        def versioned(resource: Json) -> Json:
            told = [
                {**one, "reference": f"{one['reference']}/_history/1"}
                if one["reference"].startswith("Endpoint/")
                else one
                for one in resource.get("endpoint", ())
            ]
            return {**resource, "endpoint": told} if told else resource

        return _each(super().enclose(bundle), versioned)


@allowed("F5")
class DiscoveredOutOfBand(Imaging):
    """The smart-configuration says nothing of images: applications are told otherwise where they are."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        plain = [one for one in told["capabilities"] if "smart-imaging" not in one]
        kept = {key: value for key, value in super().configure(told).items() if key != "associated_endpoints"}
        return {**kept, "capabilities": plain}


@allowed("F5")
class ScopesNotAllListed(Imaging):
    """The smart-configuration lists some scopes; others are given, too."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return {**super().configure(told), "scopes_supported": ["openid", "system/ImagingStudy.rs"]}


def _each(bundle: Json, changed: Callable[[Json], Json]) -> Json:
    entries = [{**entry, "resource": changed(entry["resource"])} for entry in bundle.get("entry", ())]
    return {**bundle, "entry": entries} if entries else bundle
