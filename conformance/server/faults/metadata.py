"""Faults of what the server keeps about a resource: version, time, labels, tags."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.store import Version


@breaks("R4-META-01")
class ClientVersionIdTaken(Behaviour):
    """The version id that the client sends is taken, whatever it is."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return {**made, **({"versionId": sent["versionId"]} if "versionId" in sent else {})}


@breaks("R4-META-02", seen="https://github.com/aehrc/pathling/issues/2746")
class VersionIdStays(Behaviour):
    """A changed resource shows the version id that it had before."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return {**made, "versionId": before.body["meta"]["versionId"]} if before and before.body else made


@breaks("R4-META-03a")
class LastUpdatedStays(Behaviour):
    """A changed resource shows the time that it had before."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return {**made, "lastUpdated": before.body["meta"]["lastUpdated"]} if before and before.body else made


@breaks("R4-META-03b")
class LastModifiedLongAgo(Behaviour):
    """Last-Modified of a read is another time than meta.lastUpdated."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        wrong = views.reads(request) and "last-modified" in said.headers
        return said.with_headers(last_modified="Thu, 01 Jan 2015 00:00:00 GMT") if wrong else said


@breaks("R4-META-05", seen="https://github.com/hapifhir/hapi-fhir/issues/30")
class LabelsDoubled(Behaviour):
    """Every label and tag is stored twice."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return {**made, **{name: made[name] * 2 for name in ("security", "tag") if name in made}}


@breaks("R4-META-06")
class LabelsOfUpdateLost(Behaviour):
    """An update does not store the labels and tags that it sends."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return views.without(made, "security", "tag") if before else made


@breaks("R4-CRE-05b")
class TagsLostAtFirst(Behaviour):
    """A create does not store tags."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return made if before else views.without(made, "tag")


@breaks("R4-CAP-05", seen="https://github.com/HeliosSoftware/hfs/issues/873")
class VersionIdMissing(Behaviour):
    """The server declares versions, but its resources have no version id."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if "versionId" not in _meta(said):
            return said
        return views.showing(said, meta=views.without(_meta(said), "versionId"))


@breaks("R4-READ-04")
class CutWithoutTag(Behaviour):
    """A read that is cut short does not say so."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        tags = _meta(said).get("tag", []) if views.reads(request) else []
        kept = [tag for tag in tags if tag.get("code") != "SUBSETTED"]
        if kept == tags:
            return said
        return views.showing(
            said, meta={**views.without(_meta(said), "tag"), **({"tag": kept} if kept else {})}
        )


@breaks("DERM-AIT-12")
class LabelLostByUpdate(Behaviour):
    """An update loses the security labels that it sends."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return views.without(made, "security") if before else made


def _meta(reply: Reply) -> Json:
    return reply.resource.get("meta", {}) if isinstance(reply.resource, dict) else {}
