"""What is left to the side with the images: what can be read, how addresses are spelt (fairness F5, F12)."""
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
