"""Faults that alter series: the Observations that group annotations of one lesion."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults import derm
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json


class _AlteringSeries(derm.Altering):
    """A server that stores series changed."""

    def concerns(self, resource: Json) -> bool:
        return "hasMember" in resource


@breaks("DERM-SER-02")
class SeriesOfAnother(_AlteringSeries):
    """The subject of a series becomes another patient."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "subject": {"reference": "Patient/sample-patient-1"}}


@breaks("DERM-SER-02")
class StrangerInSeries(_AlteringSeries):
    """A series gains a member that is another patient's."""

    def alter(self, resource: Json) -> Json:
        stranger = {"reference": "Observation/sample-annotation-expert"}
        return {**resource, "hasMember": [*resource["hasMember"], stranger]}


@breaks("DERM-SER-04")
class MembersElsewhere(_AlteringSeries):
    """The members of a series are replaced by others that do not exist."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "hasMember": [{"reference": "Observation/nobody"} for _ in resource["hasMember"]]}


@breaks("DERM-SER-04")
class SeriesCutShort(_AlteringSeries):
    """Of the members of a series only the first is stored."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "hasMember": resource["hasMember"][:1]}


@breaks("DERM-SER-04")
class MembersAreSubjects(_AlteringSeries):
    """The members of a series are replaced by its subject, which is no annotation."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "hasMember": [resource["subject"] for _ in resource["hasMember"]]}
