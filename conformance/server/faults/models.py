"""Faults that alter what is said of a model: its Device, its model card, and how sure it was."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json

_AIT = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition"
_REPORT = {"coding": [{"system": "http://loinc.org", "code": "11503-0"}]}
_CONFIDENCE = f"{_AIT}/AIconfidence"


class _AlteringClaims(derm.Altering):
    """A server that stores the resources changed that claim one profile of AI Transparency."""

    profile = ""

    def concerns(self, resource: Json) -> bool:
        claimed = resource.get("meta", {}).get("profile", [])
        return any(claim.partition("|")[0] == f"{_AIT}/{self.profile}" for claim in claimed)


class _AlteringDevices(_AlteringClaims):
    """A server that stores the Devices of models changed."""

    profile = "AI-Device"


class _AlteringCards(_AlteringClaims):
    """A server that stores model cards changed."""

    profile = "AI-ModelCard"


@breaks("AIT-DEV-01")
class DeviceTypeInWords(_AlteringDevices):
    """Of the type of a model's Device only words are stored."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "type": {"text": "software"}}


@breaks("AIT-DEV-02")
class KindOfAiLost(_AlteringDevices):
    """A model's Device loses its kind of AI."""

    def alter(self, resource: Json) -> Json:
        return _without_extension(resource, "AIKind")


@breaks("AIT-DEV-03")
class ModelCardUnlinked(_AlteringDevices):
    """A model's Device loses the reference to its model card."""

    def alter(self, resource: Json) -> Json:
        return _without_extension(resource, "modelCardDescription")


@breaks("AIT-DEV-04")
class DeviceDetailsLost(_AlteringDevices):
    """A model's Device loses its maker and its web page."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "manufacturer", "manufactureDate", "url")


@breaks("AIT-MDC-01")
class ModelCardIsReport(_AlteringCards):
    """The type of a model card becomes that of a report."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "type": _REPORT}


@breaks("AIT-MDC-02")
class ModelCardCategoriesLost(_AlteringCards):
    """A model card loses its categories."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "category")


@breaks("AIT-MDC-03")
class ModelCardIsPlainText(_AlteringCards):
    """The content of a model card is called plain text."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "content": [_plain(one) for one in resource.get("content", [])]}


@breaks("AIT-MDC-03")
class ModelCardAddressLost(_AlteringCards):
    """A model card loses the address of its content."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "content": [_without_address(one) for one in resource.get("content", [])]}


@breaks("AIT-PRM-03")
class PromptIsReport(_AlteringClaims):
    """The type of an input prompt becomes that of a report."""

    profile = "AI-InputPrompt"

    def alter(self, resource: Json) -> Json:
        return {**resource, "type": _REPORT}


class _AlteringConfidence(derm.AlteringPredictions):
    """A server that stores how sure a model was changed."""

    def confidence(self, extension: dict[str, Json]) -> dict[str, Json]:
        """Return what is stored instead of a confidence."""
        raise NotImplementedError

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _where_confidence(self.confidence))


@breaks("AIT-CNF-01")
class ConfidenceIsFlag(_AlteringConfidence):
    """Of how sure a model was only that it was sure is stored."""

    def confidence(self, extension: dict[str, Json]) -> dict[str, Json]:
        return {"url": extension["url"], "valueBoolean": True}


@breaks("AIT-CNF-02")
class ConfidenceInHundredths(_AlteringConfidence):
    """How sure a model was is stored a hundredfold, under its old unit."""

    def confidence(self, extension: dict[str, Json]) -> dict[str, Json]:
        if "valueDecimal" in extension:
            return {**extension, "valueDecimal": _hundredfold(extension["valueDecimal"])}
        quantity = extension.get("valueQuantity", {})
        if "value" not in quantity:
            return extension
        return {**extension, "valueQuantity": {**quantity, "value": _hundredfold(quantity["value"])}}


def _where_confidence(change: Callable[[dict[str, Json]], Json]) -> Callable[[dict[str, Json]], Json]:
    return lambda part: change(part) if part.get("url") == _CONFIDENCE else part


def _plain(content: Json) -> Json:
    return {**content, "attachment": {**content["attachment"], "contentType": "text/plain"}}


def _without_address(content: Json) -> Json:
    return {**content, "attachment": views.without(content["attachment"], "url")}


def _hundredfold(value: Json) -> Decimal:
    return Decimal(str(value)) * 100


def _without_extension(resource: Json, name: str) -> Json:
    url = f"{_AIT}/aitransparency.{name}"
    return {**resource, "extension": [one for one in resource.get("extension", []) if one["url"] != url]}
