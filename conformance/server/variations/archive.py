"""What is left to an archive: which forms it gives, how it writes addresses and types (fairness F5, F12)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.server.faults import views
from conformance.server.imaging.behaviour import Imaging
from conformance.server.imaging.people import MEDIA, PHOTO
from conformance.server.messages import Refusal
from conformance.server.variations.registry import allowed
from conformance.server.variations.showing import Showing

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply, Request

_GRANTED, _KEY = "/granted/", "key"
_BELOW = frozenset({"series", "instance", "metadata", "frames", "rendered", "bulkdata"})
_OLD = "suspended"
_HELD = frozenset({MEDIA, PHOTO})


@allowed("F5")
class WholeStudiesAlone(Imaging):
    """Whole studies are retrieved, and of everything else it is said that it is not offered."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if door not in _BELOW or said.status != HTTPStatus.OK:
            return said
        return Refusal(
            HTTPStatus.NOT_IMPLEMENTED, "not-supported", "Only studies are retrieved here."
        ).reply()


@allowed("F5")
class FramesAreNoAddresses(Imaging):
    """There are no addresses of frames: whoever asks for one is told that there is no such thing."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if door != "frames" or said.status != HTTPStatus.OK:
            return said
        return Refusal(HTTPStatus.NOT_FOUND, "not-found", "There is no such resource.").reply()


@allowed("F12")
class RightsInQueries(Imaging):
    """An address that carries a right carries it in its query."""

    def point(self, endpoint: Json) -> Json:
        told = super().point(endpoint)
        base, granted, key = told["address"].partition(_GRANTED)
        return {**told, "address": f"{base}?{_KEY}={key}"} if granted else told

    def ask(self, request: Request) -> Request:
        asked = super().ask(request)
        key = asked.parameter(_KEY)
        return replace(asked, path=(*_GRANTED.strip("/").split("/"), key, *asked.path)) if key else asked


@allowed("F13")
class OldEndpointNamedFirst(Imaging):
    """A study names the endpoint of an archive that is not in use any more before the one that is."""

    def record(self, resource: Json) -> Json:
        made = super().record(resource)
        old = {
            "resourceType": "Endpoint",
            "id": _OLD,
            "status": "suspended",
            "connectionType": {
                "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
                "code": "dicom-wado-rs",
            },
            "payloadType": [{"text": "DICOM"}],
            "address": "http://127.0.0.1:9/wado",
        }
        named = [{"reference": f"#{_OLD}"}, *made.get("endpoint", ())]
        return {**made, "contained": [old, *made.get("contained", ())], "endpoint": named}


@allowed("F17")
class TypesInCapitals(Imaging):
    """Media types are written in capitals (RFC 9110, section 8.3.1)."""

    def label(self, type_: str) -> str:
        return super().label(type_).upper()


@allowed("F16")
class StudiesUncounted(Imaging):
    """A study does not tell how many series and instances it has."""

    def record(self, resource: Json) -> Json:
        return views.without(super().record(resource), "numberOfSeries", "numberOfInstances")


@allowed("F12")
class AttachmentsByPath(Showing):
    """A photograph names its bytes by a path alone, and tells neither their size nor their hash."""

    def say(self, request: Request, reply: Reply) -> Reply:
        self._home = urlsplit(request.base).path
        return super().say(request, reply)

    _home = ""

    def shown(self, resource: Json) -> Json:
        shown = super().shown(resource)
        if shown.get("id") not in _HELD:
            return shown
        if views.kind(shown) == "Media":
            return {**shown, "content": self._by_path(shown["content"])}
        told = [{**one, "attachment": self._by_path(one["attachment"])} for one in shown["content"]]
        return {**shown, "content": told}

    def _by_path(self, attachment: Json) -> Json:
        told = views.without(attachment, "size", "hash")
        ours = told.get("url", "").startswith("Binary/")
        return {**told, "url": f"{self._home}/{told['url']}"} if ours and self._home else told
