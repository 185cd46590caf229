"""Faults of the smart-configuration: how the images are announced, and by which modes one gets in."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults.registry import breaks
from conformance.server.imaging.behaviour import Imaging

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

_APP_LAUNCH = "http://fhir.org/argonaut/smart-imaging/capabilities/app-launch"
_BACKEND = "http://fhir.org/argonaut/smart-imaging/capabilities/backend-services"
_SCOPE = "system/ImagingStudy.rs"


def _without(told: Mapping[str, Json], *words: str) -> dict[str, Json]:
    """Return a smart-configuration in which words are nowhere listed."""

    def kept(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: kept(each) for key, each in value.items()}
        return [kept(each) for each in value if each not in words] if isinstance(value, list) else value

    return {key: kept(value) for key, value in told.items()}


@breaks("SIA-DSC-01")
class ImagesUnannounced(Imaging):
    """The smart-configuration names how one gets in to images, and not that there are any."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return _without(told, "smart-imaging-access")


@breaks("SIA-DSC-02", seen="https://github.com/microsoft/fhir-proxy/issues/73")
class AppLaunchUnnamed(Imaging):
    """The smart-configuration does not name the mode App Launch for images, which is open."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return _without(told, _APP_LAUNCH)


@breaks("SIA-DSC-03", seen="https://github.com/smart-on-fhir/smart-launcher/issues/77")
class CodeGrantUnnamed(Imaging):
    """The smart-configuration names App Launch for images, and no grant by code."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return _without(told, "authorization_code")


@breaks("SIA-DSC-04", seen="https://github.com/smart-on-fhir/smart-launcher/issues/63")
class BackendUnnamed(Imaging):
    """The smart-configuration does not name the mode Backend Services for images, which is open."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return _without(told, _BACKEND)


@breaks("SIA-DSC-05", seen="https://github.com/smart-on-fhir/smart-launcher/issues/63")
class SigningUnnamed(Imaging):
    """The smart-configuration names Backend Services for images, and no signed assertion."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return _without(told, "private_key_jwt")


@breaks("SIA-DSC-06", seen="https://github.com/inferno-framework/inferno-reference-server/pull/184")
class SystemScopeUnlisted(Imaging):
    """The smart-configuration does not list the scope of Backend Services for images."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return _without(told, _SCOPE)


@breaks("SIA-AUT-01", seen="https://github.com/microsoft/fhir-proxy/issues/73")
class NoModeNamed(Imaging):
    """The smart-configuration names images, and no mode by which one gets in."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return _without(told, _APP_LAUNCH, _BACKEND)


@breaks("SIA-AUT-03", seen="https://github.com/casdoor/casdoor/issues/3711")
class EveryTokenActive(Imaging):
    """Introspection calls every token active."""

    def introspect(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return {**told, "active": True}


@breaks("SIA-COR-01")
class OneOriginAllowed(Imaging):
    """Browsers may read the smart-configuration from one origin alone."""

    def share(self, headers: Mapping[str, str], door: str) -> Mapping[str, str]:
        if "access-control-allow-origin" not in headers or door != "discovery":
            return headers
        return {**headers, "access-control-allow-origin": "https://portal.example.org"}
