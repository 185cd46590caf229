"""Faults that alter references and contained resources."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults import derm
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json


_LINKS = frozenset({"derivedFrom", "device", "hasMember", "target"})


class _AlteringSubjects(derm.Altering):
    """A server that stores the subject of a resource changed."""

    def subject(self, subject: Json) -> Json:
        """Return what is stored instead of the subject."""
        raise NotImplementedError

    def concerns(self, resource: Json) -> bool:
        return "reference" in resource.get("subject", {})

    def alter(self, resource: Json) -> Json:
        return {**resource, "subject": self.subject(resource["subject"])}


class _AlteringLinks(derm.Altering):
    """A server that stores references to images, devices, members and targets changed."""

    def link(self, link: Json) -> Json:
        """Return what is stored instead of the reference."""
        raise NotImplementedError

    def concerns(self, resource: Json) -> bool:
        return not _LINKS.isdisjoint(resource)

    def alter(self, resource: Json) -> Json:
        return {name: self._linked(value) if name in _LINKS else value for name, value in resource.items()}

    def _linked(self, value: Json) -> Json:
        if isinstance(value, list):
            return [self._linked(one) for one in value]
        return self.link(value) if "reference" in value else value


@breaks("R4-LNK-01")
class ReferenceEmptied(_AlteringSubjects):
    """Of the subject of a resource only its type is stored."""

    def subject(self, subject: Json) -> Json:
        return {"type": subject["reference"].partition("/")[0]}


@breaks("R4-LNK-01")
class LinksEmptied(_AlteringLinks):
    """Of references to images, devices, members and targets only the type is stored."""

    def link(self, link: Json) -> Json:
        return {"type": link["reference"].partition("/")[0]}


@breaks("R4-LNK-05")
class ReferenceOfWrongType(_AlteringSubjects):
    """The subject of a resource is called a Device."""

    def subject(self, subject: Json) -> Json:
        return {**subject, "type": "Device"}


@breaks("R4-LNK-05")
class LinksOfWrongType(_AlteringLinks):
    """What images, devices, members and targets are is called a Group."""

    def link(self, link: Json) -> Json:
        return {**link, "type": "Group"}


@breaks("R4-LNK-07")
class FragmentLeadsNowhere(_AlteringSubjects):
    """The subject of a resource becomes a contained one that is not there."""

    def subject(self, subject: Json) -> Json:
        return {**subject, "reference": "#nobody"}


@breaks("R4-LNK-07")
class LinksLeadNowhereInside(_AlteringLinks):
    """References to images, devices, members and targets become contained ones that are not there."""

    def link(self, link: Json) -> Json:
        return {**link, "reference": "#nothing"}


@breaks("R4-LNK-03")
class ReferenceLeadsNowhere(_AlteringSubjects):
    """The subject of a resource becomes one that does not exist."""

    def subject(self, subject: Json) -> Json:
        return {**subject, "reference": "Patient/nobody"}


@breaks("R4-LNK-03")
class LinksLeadNowhere(_AlteringLinks):
    """References to images, devices, members and targets become ones to what does not exist."""

    def link(self, link: Json) -> Json:
        return {**link, "reference": f"{link['reference'].partition('/')[0]}/nothing"}


@breaks("R4-LNK-16")
class ReferenceWithBar(_AlteringSubjects):
    """The reference to the subject of a resource gets a version suffix of canonical URLs."""

    def subject(self, subject: Json) -> Json:
        return {**subject, "reference": f"{subject['reference']}|1"}


@breaks("R4-LNK-16")
class LinksWithBar(_AlteringLinks):
    """References to images, devices, members and targets get a version suffix of canonical URLs."""

    def link(self, link: Json) -> Json:
        return {**link, "reference": f"{link['reference']}|1"}


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
