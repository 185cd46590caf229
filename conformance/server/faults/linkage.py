"""Faults that alter references and contained resources."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults import derm
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json


class _AlteringSubjects(derm.Altering):
    """A server that stores the subject of a resource changed."""

    def subject(self, subject: Json) -> Json:
        """Return what is stored instead of the subject."""
        raise NotImplementedError

    def concerns(self, resource: Json) -> bool:
        return "reference" in resource.get("subject", {})

    def alter(self, resource: Json) -> Json:
        return {**resource, "subject": self.subject(resource["subject"])}


@breaks("R4-LNK-01")
class ReferenceEmptied(_AlteringSubjects):
    """Of the subject of a resource only its type is stored."""

    def subject(self, subject: Json) -> Json:
        return {"type": subject["reference"].partition("/")[0]}


@breaks("R4-LNK-05")
class ReferenceOfWrongType(_AlteringSubjects):
    """The subject of a resource is called a Device."""

    def subject(self, subject: Json) -> Json:
        return {**subject, "type": "Device"}


@breaks("R4-LNK-07")
class FragmentLeadsNowhere(_AlteringSubjects):
    """The subject of a resource becomes a contained one that is not there."""

    def subject(self, subject: Json) -> Json:
        return {**subject, "reference": "#nobody"}


@breaks("R4-LNK-03")
class ReferenceLeadsNowhere(_AlteringSubjects):
    """The subject of a resource becomes one that does not exist."""

    def subject(self, subject: Json) -> Json:
        return {**subject, "reference": "Patient/nobody"}


@breaks("R4-LNK-16")
class ReferenceWithBar(_AlteringSubjects):
    """The reference to the subject of a resource gets a version suffix of canonical URLs."""

    def subject(self, subject: Json) -> Json:
        return {**subject, "reference": f"{subject['reference']}|1"}


@breaks("R4-META-13")
class ContainedWithVersion(derm.Altering):
    """Contained resources get a version of their own."""

    def concerns(self, resource: Json) -> bool:
        return "contained" in resource

    def alter(self, resource: Json) -> Json:
        return {
            **resource,
            "contained": [{**one, "meta": {"versionId": "1"}} for one in resource["contained"]],
        }
