"""Faults of batch and transaction."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.faults.registry import breaks
from conformance.server.messages import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.store import Version


@breaks("R4-BAT-03", seen="https://github.com/LinuxForHealth/FHIR/issues/747")
class BatchFailsAsAWhole(Behaviour):
    """A batch in which one entry fails is answered with 400."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not _is_response(said, "batch-response") or all(map(_went_well, said.resource.get("entry", []))):
            return said
        return Refusal(HTTPStatus.BAD_REQUEST, "processing", "An entry of the batch has failed.").reply()


@breaks("R4-TRX-01", seen="https://github.com/fhirbase/fhirbase-plv8/issues/112")
class NoRollback(Behaviour):
    """A transaction that fails leaves behind what its other entries have written."""

    atomic = False


@breaks("R4-TRX-05", seen="https://github.com/HealthIntersections/fhirserver/issues/34")
class LinksNotRewritten(Behaviour):
    """References between the entries of a transaction stay as they were sent."""

    def rewrite(self, resource: Json, links: Mapping[str, str]) -> Json:
        _ = links
        return resource


@breaks("R4-TRX-06", seen="https://github.com/HeliosSoftware/hfs/issues/459")
class ConditionalReferencesStay(Behaviour):
    """Conditional references of a transaction are stored as they were sent."""

    def follows_conditions(self) -> bool:
        return False


@breaks("R4-TRX-06")
class FirstMatchReferenced(Behaviour):
    """A conditional reference that matches several resources becomes the first of them."""

    def meant(self, found: Sequence[Version]) -> Version | None:
        return found[0] if found else None


@breaks("R4-TRX-07", seen="https://github.com/awslabs/fhir-works-on-aws-deployment/pull/72")
class AnswersInAnotherOrder(Behaviour):
    """The entries of the answer to a transaction are in another order than those of the request."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not _is_response(said, "transaction-response") or "entry" not in said.resource:
            return said
        return views.showing(said, entry=said.resource["entry"][::-1])


@breaks("R4-TRX-07", seen="https://github.com/hapifhir/hapi-fhir/issues/3574")
class AnswersMissing(Behaviour):
    """The answer to a transaction or a batch leaves out its last entry."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        answers = any(_is_response(said, kind) for kind in ("transaction-response", "batch-response"))
        if not answers or "entry" not in said.resource:
            return said
        return views.showing(said, entry=said.resource["entry"][:-1])


@breaks("R4-TRX-08", seen="https://github.com/LinuxForHealth/FHIR/issues/748")
class FailureIsBundle(Behaviour):
    """A transaction that fails is answered with a Bundle."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if request.path or request.within or not views.failed(said):
            return said
        entry = {"response": {"status": str(int(said.status)), "outcome": said.resource}}
        return replace(
            said, resource={"resourceType": "Bundle", "type": "transaction-response", "entry": [entry]}
        )


@breaks("R4-BAT-04")
class BatchIsTransaction(Behaviour):
    """A batch in which one entry fails stores none of them, though the others are answered with success."""

    isolating = False


@breaks("R4-TRX-02", seen="https://github.com/fhirbase/fhirbase-plv8/issues/145")
class OnlyEarlierEntriesLinked(Behaviour):
    """References to entries further down in a transaction are not rewritten."""

    def links_for(self, index: int, links: Mapping[int, Mapping[str, str]]) -> Mapping[str, str]:
        return super().links_for(index, {other: found for other, found in links.items() if other < index})


@breaks("R4-TRX-03", seen="https://github.com/FirelyTeam/spark/issues/429")
class ReadsBeforeWrites(Behaviour):
    """The reads of a transaction do not see what it writes."""

    reading_last = False


@breaks("R4-TRX-04", seen="https://github.com/hapifhir/hapi-fhir/issues/8183")
class OverlapAccepted(Behaviour):
    """A transaction may change one resource twice."""

    refusing_overlap = False


@breaks("R4-TRX-10")
class EmptyTransactionRefused(Behaviour):
    """A transaction without entries is refused."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not _is_response(said, "transaction-response") or "entry" in said.resource:
            return said
        return Refusal(HTTPStatus.BAD_REQUEST, "required", "There is nothing to do.").reply()


@breaks("R4-LNK-11")
class UrnsLeftInProvenance(Behaviour):
    """References of a Provenance in a transaction stay as they were sent."""

    def rewrite(self, resource: Json, links: Mapping[str, str]) -> Json:
        return resource if resource["resourceType"] == "Provenance" else super().rewrite(resource, links)


def _is_response(reply: Reply, kind: str) -> bool:
    return views.kind(reply.resource) == "Bundle" and reply.resource.get("type") == kind


def _went_well(entry: Json) -> bool:
    return bool(entry["response"]["status"].startswith("2"))
