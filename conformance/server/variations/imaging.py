"""What a server of images does otherwise than ours: how it denies, how it names, what it announces."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.imaging.behaviour import Imaging
from conformance.server.messages import Reply
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json

_IMAGES = "/imaging/fhir"
_EMPTY: Json = {"resourceType": "Bundle", "type": "searchset", "total": 0}


def _denied(reply: Reply) -> bool:
    """Tell whether an answer says that the token is not enough, and not that the patient is another."""
    return reply.status == HTTPStatus.UNAUTHORIZED or "www-authenticate" in reply.headers


@allowed("F20", "F24")
class NothingFoundWithoutRight(Imaging):
    """Whoever has no right to search finds nothing."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        return Reply(status=HTTPStatus.OK, resource=_EMPTY) if door == "search" and _denied(said) else said


@allowed("F20", "F24")
class SentToLogIn(Imaging):
    """Whoever has no right is sent to a page to log in."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if not _denied(said):
            return said
        return Reply(status=HTTPStatus.FOUND, headers={"location": "https://login.example.org/"})


@allowed("F24")
class DeniedAsGone(Imaging):
    """Whoever has no right is told that there is nothing any more."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        return replace(said, status=HTTPStatus.GONE, headers={}) if _denied(said) else said


@allowed("F12")
class SubjectsOfTheClinicalBase(Imaging):
    """A study names its patient by the absolute URL at the clinical base."""

    def enclose(self, bundle: Json) -> Json:
        clinical = _root(bundle) + "/fhir"

        def named(resource: Json) -> Json:
            if resource["resourceType"] != "ImagingStudy":
                return resource
            subject = {**resource["subject"], "reference": f"{clinical}/{resource['subject']['reference']}"}
            return {**resource, "subject": subject}

        return _each(super().enclose(bundle), named)


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


def _root(bundle: Json) -> str:
    """Return the address of the mount that a searchset is of."""
    return str(bundle["link"][0]["url"]).partition(_IMAGES)[0]


def _each(bundle: Json, changed: Callable[[Json], Json]) -> Json:
    entries = [{**entry, "resource": changed(entry["resource"])} for entry in bundle.get("entry", ())]
    return {**bundle, "entry": entries} if entries else bundle
