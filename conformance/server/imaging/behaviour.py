"""What the imaging side decides, point by point: the honest answers, each a method that a fault overrides."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from conformance.server.imaging.accept import chosen
from conformance.server.imaging.capability import fingerprint
from conformance.server.messages import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model import Json
    from conformance.server.imaging.accept import Offer
    from conformance.server.imaging.capability import Capability
    from conformance.server.imaging.people import Access
    from conformance.server.imaging.studies import Located, Study
    from conformance.server.messages import Reply, Request

# SMART App Launch, scopes: `rs` of version 2, `read` of version 1, or all of either
_READS = re.compile(r"(patient|system)/(?:ImagingStudy|\*)\.(?:c?ru?d?s|read|\*)")


class Imaging:
    """An honest imaging side.

    A `door` is what is asked for: `search`, `read`, `study`, `series`, `instance`, `metadata`, `frames`,
    `rendered` or `bulkdata`. No method changes what it is given.
    """

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the smart-configuration."""
        return told

    def claim(self, statement: Json) -> Json:
        """Return the CapabilityStatement of the imaging base."""
        return statement

    def share(self, headers: Mapping[str, str], door: str) -> Mapping[str, str]:
        """Return the headers of cross-origin sharing, for an answer to a page of another origin."""
        _ = door
        return headers

    def introspect(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return what introspection says of a token (RFC 7662)."""
        return told

    def guards(self, door: str) -> bool:
        """Tell whether a token is asked for (SIA-WAD-05: for every form of retrieval)."""
        _ = door
        return True

    def bearer(self, request: Request) -> str:
        """Return the token of a request: it stands in the Authorization header, and nowhere else."""
        scheme, _, token = request.header("authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def knows(self, token: str, access: Access | None) -> Access | None:
        """Return the access that a token stands for; nobody's token stands for none (SIA-TOK-07)."""
        _ = token
        return access

    def expired(self, access: Access, now: float) -> bool:
        """Tell whether the time of a token is over (SIA-TOK-01)."""
        return access.expires <= now

    def revoked(self, access: Access) -> bool:
        """Tell whether a token was taken back (SIA-TOK-01)."""
        return access.revoked

    def covers(self, access: Access, *, backend: bool) -> bool:
        """Tell whether scopes cover the reading of studies, of the same kind as the grant (SIA-TOK-02, -08).

        `backend` tells whether clients without a patient are served at all (SIA-TOK-06).
        """
        kinds = {found[1] for found in map(_READS.fullmatch, access.scope.split()) if found}
        return ("system" in kinds and backend) if access.system else "patient" in kinds

    def grants(self, access: Access, patient: str) -> bool:
        """Tell whether an access is for a patient: that of the launch, or of the client (SIA-TOK-03, -04)."""
        return patient in access.patients

    def permits(self, access: Access, study: Study) -> bool:
        """Tell whether an access that is for the patient is also for this study (SIA-SRC-07, SIA-WAD-07)."""
        return not (access.system and study.withheld)

    def ask(self, request: Request) -> Request:
        """Return a retrieval as it is understood."""
        return request

    def hear(self, pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        """Return the parameters of a search as they are understood."""
        return pairs

    def turn_away(self) -> Reply:
        """Return the answer to a search for a patient whom the token is not for (SIA-SRC-05, SIA-SRC-06)."""
        text = "This token does not allow the studies of this patient."
        return Refusal(HTTPStatus.FORBIDDEN, "forbidden", text).reply()

    def searched(self, permitted: Sequence[Study], every: Sequence[Study]) -> Sequence[Study]:
        """Return the studies that a search looks through."""
        _ = every
        return permitted

    def record(self, resource: Json) -> Json:
        """Return an ImagingStudy as it is found and read."""
        return resource

    def point(self, endpoint: Json) -> Json:
        """Return an Endpoint, wherever it stands."""
        return endpoint

    def enclose(self, bundle: Json) -> Json:
        """Return the searchset."""
        return bundle

    def late(self, *, asked_before: bool) -> bool:
        """Tell whether a request for the slow patient is put off: the first, and not its repetition."""
        return not asked_before

    def put_off(self) -> Mapping[str, str]:
        """Return the headers of a 503 (SIA-503-01)."""
        return {"retry-after": "0"}

    def bind(self, token: str) -> str:
        """Return the token that a capability URL is bound to (SIA-CAP-03)."""
        return token

    def holds(self, capability: Capability, *, token: str, now: float) -> bool:
        """Tell whether a capability holds: in time, and with its token where it has one (SIA-CAP-05, -08)."""
        return capability.expires > now and capability.token in {"", fingerprint(token)}

    def confines(self, capability: Capability, uid: str) -> bool:
        """Tell whether a capability is for this study: a path cannot widen it (SIA-CAP-04)."""
        return capability.study == uid

    def find(self, study: Study | None) -> Study | None:
        """Return the study that a retrieval is about, None where there is none."""
        return study

    def unknown(self, what: str) -> Refusal:
        """Return the refusal of what does not exist."""
        return Refusal(HTTPStatus.NOT_FOUND, "not-found", f"There is no such {what}.")

    def retrieve(self, images: Sequence[Located], door: str) -> Sequence[Located]:
        """Return the images of an answer: all of what was asked for."""
        _ = door
        return images

    def describe(self, attributes: Mapping[str, Any], door: str) -> Mapping[str, Any]:
        """Return the attributes of an image by their keywords, in a file or in metadata."""
        _ = door
        return attributes

    def finish(self, file: bytes) -> bytes:
        """Return a DICOM file as it is sent."""
        return file

    def frame(self, number: int) -> int:
        """Return the frame that is sent for a number; the first is 1 (PS3.18, 10.4.1.1.4)."""
        return number

    def choose(self, accept: str, offers: Sequence[Offer]) -> Offer | None:
        """Return the representation that a client accepts."""
        return chosen(accept, offers)

    def label(self, type_: str) -> str:
        """Return the media type that an answer claims for what is sent as this type."""
        return type_

    def say(self, door: str, reply: Reply) -> Reply:
        """Return the answer as the client sees it."""
        _ = door
        return reply
