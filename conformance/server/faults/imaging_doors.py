"""Faults of who is let in to the images, and of how that is told."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.faults.registry import breaks
from conformance.server.imaging.behaviour import Imaging
from conformance.server.imaging.people import MRN, PATIENT_C, Access
from conformance.server.messages import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json
    from conformance.server.imaging.capability import Capability
    from conformance.server.imaging.studies import Study

_SCOPE = "system/ImagingStudy.rs"


@breaks("SIA-TOK-04")
class ClientSeesNothing(Imaging):
    """A client of Backend Services finds no study, whoever it was registered for."""

    def searched(self, permitted: Sequence[Study], every: Sequence[Study]) -> Sequence[Study]:
        _ = every
        # Who sees the studies of several patients is a client without one.
        return [] if len({study.patient for study in permitted}) > 1 else permitted


@breaks("SIA-BES-04")
class ClientsRetrieveAll(Imaging):
    """What a client of Backend Services may not find, it may retrieve."""

    def grants(self, access: Access, patient: str) -> bool:
        return access.system or super().grants(access, patient)


@breaks("SIA-TOK-01", seen="https://github.com/nhsconnect/gpconnect-demonstrator/issues/1")
class ExpiredTokensAccepted(Imaging):
    """A token is accepted whose time is over."""

    def expired(self, access: Access, now: float) -> bool:
        _ = access, now
        return False


@breaks("SIA-TOK-01", seen="https://github.com/ohs-foundation/fhir-gateway/issues/203")
class RevokedTokensAccepted(Imaging):
    """A token is accepted that was taken back."""

    def revoked(self, access: Access) -> bool:
        _ = access
        return False


@breaks("SIA-TOK-01")
class UnknownTokensAccepted(Imaging):
    """Whatever looks like a token is accepted."""

    def knows(self, token: str, access: Access | None) -> Access | None:
        _ = token
        return access or Access(client="", scope=_SCOPE, patients=_EVERYBODY)


@breaks("SIA-TOK-02", seen="https://github.com/awslabs/fhir-works-on-aws-authz-smart/issues/83")
class ScopesUnasked(Imaging):
    """A token is accepted whatever its scopes."""

    def covers(self, access: Access, *, backend: bool) -> bool:
        _ = access, backend
        return True


@breaks("SIA-TOK-03", seen="https://github.com/bluehalo/node-fhir-server-core/issues/18")
class PatientsUnasked(Imaging):
    """A token for one patient opens the studies of all."""

    def grants(self, access: Access, patient: str) -> bool:
        return not access.system or super().grants(access, patient)


@breaks("SIA-TOK-05", seen="https://github.com/microsoft/fhir-server/pull/5688")
class NoPatientIsEverybody(Imaging):
    """A patient's token without a patient is taken for one of the whole system."""

    def knows(self, token: str, access: Access | None) -> Access | None:
        _ = token
        if access is None or access.patients:
            return access
        return replace(access, scope=_SCOPE, patients=_EVERYBODY)


@breaks("SIA-TOK-07")
class SearchOpenToAll(Imaging):
    """Studies are found without any token."""

    def guards(self, door: str) -> bool:
        return door != "search"


@breaks("SIA-TOK-07")
class ReadOpenToAll(Imaging):
    """Who knows the id of a study reads it without any token."""

    def guards(self, door: str) -> bool:
        return door != "read"


@breaks("SIA-WAD-05")
class MetadataOpenToAll(Imaging):
    """Metadata are retrieved without any token."""

    def guards(self, door: str) -> bool:
        return door != "metadata"


@breaks("SIA-WAD-05")
class StudiesOpenToAll(Imaging):
    """Whole studies are retrieved without any token."""

    def guards(self, door: str) -> bool:
        return door != "study"


@breaks("SIA-SRC-05")
class OtherPatientsEmpty(Imaging):
    """A search for another patient than the token's is answered with nothing."""

    def turn_away(self) -> Reply:
        return _empty()


@breaks("SIA-SRC-06")
class OtherClientsEmpty(Imaging):
    """A search for a patient whom the client may not see is answered with nothing."""

    def turn_away(self) -> Reply:
        return _empty()


@breaks("SIA-SRC-07", seen="https://github.com/microsoft/fhir-server/pull/5683")
class RestrictedListed(Imaging):
    """A search lists studies that the client may not see, with all others."""

    def searched(self, permitted: Sequence[Study], every: Sequence[Study]) -> Sequence[Study]:
        _ = permitted
        return every


@breaks("SIA-SRC-07")
class RestrictedEndpointListed(Imaging):
    """A search leaves out the study that the client may not see, and not its Endpoint."""

    def enclose(self, bundle: Json) -> Json:
        base = str(bundle["link"][0]["url"]).partition("/ImagingStudy")[0]
        endpoint = {
            "resourceType": "Endpoint",
            "id": "imaging-endpoint-restricted",
            "status": "active",
            "connectionType": {
                "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
                "code": "dicom-wado-rs",
            },
            "payloadType": [{"text": "DICOM"}],
            "address": base,
        }
        entry = {
            "fullUrl": f"{base}/Endpoint/{endpoint['id']}",
            "resource": endpoint,
            "search": {"mode": "include"},
        }
        return {**bundle, "entry": [*bundle.get("entry", ()), entry]}


@breaks("SIA-TOK-07")
class RefusalWithStudies(Imaging):
    """Whoever shows no token is refused, and told the studies all the same."""

    def say(self, door: str, reply: Reply) -> Reply:
        if (
            door != "search"
            or reply.status != HTTPStatus.UNAUTHORIZED
            or not isinstance(reply.resource, dict)
        ):
            return reply
        study = {"resourceType": "ImagingStudy", "id": "told", "status": "available"}
        return replace(reply, resource={**reply.resource, "contained": [study]})


@breaks("SIA-TOK-03")
class StrangersAlong(Imaging):
    """Who searches without naming a patient finds the studies of somebody else, too."""

    def searched(self, permitted: Sequence[Study], every: Sequence[Study]) -> Sequence[Study]:
        return [*permitted, *(study for study in every if study.patient == PATIENT_C)]


@breaks("SIA-WAD-06")
class RefusalWithPixels(Imaging):
    """A refusal carries the beginning of a DICOM file."""

    def say(self, door: str, reply: Reply) -> Reply:
        if door in _RETRIEVALS and reply.status in _REFUSALS:
            return replace(reply, content=bytes(128) + b"DICM")
        return reply


@breaks("SIA-WAD-07")
class RestrictedInPart(Imaging):
    """Of a study of which a client may not see a part, the rest is sent as if it were all."""

    def permits(self, access: Access, study: Study) -> bool:
        _ = access, study
        return True

    def searched(self, permitted: Sequence[Study], every: Sequence[Study]) -> Sequence[Study]:
        _ = every
        return [study for study in permitted if not study.withheld]


@breaks("SIA-CAP-03")
class RightUnbound(Imaging):
    """An address that carries a right works with every token."""

    def holds(self, capability: Capability, *, token: str, now: float) -> bool:
        _ = token
        return capability.expires > now


@breaks("SIA-CAP-04")
class RightForEveryStudy(Imaging):
    """An address that carries a right for one study opens every study below it."""

    def confines(self, capability: Capability, uid: str) -> bool:
        _ = capability, uid
        return True


@breaks("SIA-CAP-05")
class RightWithoutToken(Imaging):
    """An address that carries a right opens without a token."""

    def bind(self, token: str) -> str:
        _ = token
        return ""


@breaks("SIA-CAP-08")
class RightForEver(Imaging):
    """An address that carries a right never expires."""

    def holds(self, capability: Capability, *, token: str, now: float) -> bool:
        return super().holds(replace(capability, expires=int(now) + 60), token=token, now=now)


def _empty() -> Reply:
    return Reply(status=HTTPStatus.OK, resource={"resourceType": "Bundle", "type": "searchset", "total": 0})


_EVERYBODY = frozenset(MRN)
_RETRIEVALS = frozenset({"study", "series", "instance", "metadata", "frames", "rendered"})
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@breaks("SIA-WAD-05")
class FramesForAnybody(Imaging):
    """Frames are sent without any token."""

    def guards(self, door: str) -> bool:
        return door != "frames"
