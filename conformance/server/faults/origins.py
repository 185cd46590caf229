"""Faults of the Provenance of AI: who made something, of what, why, and how it is found.

Their like is on record: targets that a transaction left as they were sent
(https://github.com/FirelyTeam/spark/issues/296), Provenance that a search did not find
(https://github.com/FirelyTeam/spark/issues/526) or that did not come along
(https://github.com/openemr/openemr/issues/5125).
"""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks
from conformance.server.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json
    from conformance.server.search import Criterion, StoredResource


class _AlteringProvenance(derm.Altering):
    """A server that stores every Provenance changed."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Provenance")


class _AlteringAgents(_AlteringProvenance):
    """A server that stores the agents of a Provenance changed."""

    def agent(self, agent: Json) -> Json:
        """Return what is stored instead of an agent."""
        raise NotImplementedError

    def alter(self, resource: Json) -> Json:
        return {**resource, "agent": [self.agent(one) for one in resource.get("agent", [])]}


class _AlteringEntities(_AlteringProvenance):
    """A server that stores the entities of a Provenance changed."""

    def entities(self, entities: list[Json]) -> list[Json]:
        """Return what is stored instead of the entities."""
        raise NotImplementedError

    def concerns(self, resource: Json) -> bool:
        return super().concerns(resource) and "entity" in resource

    def alter(self, resource: Json) -> Json:
        kept = self.entities(resource["entity"])
        rest = views.without(resource, "entity")
        return {**rest, "entity": kept} if kept else rest


class _AlteringTargets(_AlteringProvenance):
    """A server that stores the targets of a Provenance changed."""

    def target(self, target: Json) -> Json:
        """Return what is stored instead of a target."""
        raise NotImplementedError

    def alter(self, resource: Json) -> Json:
        return {**resource, "target": [self.target(one) for one in resource.get("target", [])]}


@breaks("DERM-AIT-06")
class ProvenanceOfAnother(_AlteringTargets):
    """The target of a Provenance becomes another prediction."""

    def target(self, target: Json) -> Json:
        return {**target, "reference": "Observation/sample-prediction-1"}


@breaks("AIT-PRV-12")
class ProvenanceOfNothing(_AlteringTargets):
    """Of the target of a Provenance only words are stored."""

    def target(self, target: Json) -> Json:
        return {**views.without(target, "reference"), "display": "a result"}


@breaks("AIT-DSC-07")
class TargetLeadsNowhere(_AlteringTargets):
    """The target of a Provenance becomes one that does not exist."""

    def target(self, target: Json) -> Json:
        return {**target, "reference": "Observation/nothing"}


@breaks("AIT-PRV-08")
class TargetExtensionsLost(_AlteringTargets):
    """The target of a Provenance loses the elements that it names."""

    def target(self, target: Json) -> Json:
        return views.without(target, "extension")


@breaks("AIT-PRV-01")
class TargetsLost(_AlteringProvenance):
    """A Provenance loses its targets."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "target")


@breaks("AIT-PRV-02")
class ReasonsLost(_AlteringProvenance):
    """A Provenance loses its reasons."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "reason")


@breaks("AIT-PRV-11")
class TimeOfUseLost(_AlteringProvenance):
    """A Provenance loses the time at which it happened."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "occurredDateTime", "occurredPeriod")


@breaks("AIT-PRV-03")
class AgentRolesLost(_AlteringAgents):
    """The agents of a Provenance lose their roles."""

    def agent(self, agent: Json) -> Json:
        return views.without(agent, "role")


@breaks("AIT-PRV-04")
class AgentTypesLost(_AlteringAgents):
    """The agents of a Provenance lose their types."""

    def agent(self, agent: Json) -> Json:
        return views.without(agent, "type")


@breaks("AIT-PRV-05")
class ModelTakenForPerson(_AlteringAgents):
    """A Device that is the agent of a Provenance is stored as a person's name."""

    def agent(self, agent: Json) -> Json:
        named = str(agent.get("who", {}).get("reference", ""))
        return (
            {**agent, "who": {"type": "Practitioner", "display": "unknown"}} if "Device/" in named else agent
        )


@breaks("AIT-PRV-09")
class FirstAgentOnly(_AlteringProvenance):
    """Of the agents of a Provenance only the first is stored."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "agent": resource["agent"][:1]}

    def concerns(self, resource: Json) -> bool:
        return super().concerns(resource) and "agent" in resource


@breaks("AIT-PRV-06")
class DerivationsAreSources(_AlteringEntities):
    """Every entity of a Provenance becomes a source."""

    def entities(self, entities: list[Json]) -> list[Json]:
        return [{**one, "role": "source"} for one in entities]


@breaks("AIT-PRV-10")
class SourcesLost(_AlteringEntities):
    """A Provenance loses the entities that are its sources."""

    def entities(self, entities: list[Json]) -> list[Json]:
        return [one for one in entities if one.get("role") != "source"]


@breaks("AIT-PRM-01")
class LastDerivationLost(_AlteringEntities):
    """Of the entities that something was derived from only the first is stored."""

    def entities(self, entities: list[Json]) -> list[Json]:
        derived = [one for one in entities if one.get("role") == "derivation"]
        return [one for one in entities if one not in derived[1:]]


class _Deaf(Searcher):
    """A search that finds nothing by one parameter of one type."""

    type_, code = "", ""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        met = (criterion.type, criterion.code) == (self.type_, self.code)
        return (lambda _resource: False) if met else super().test(criterion)


@breaks("AIT-DSC-03")
class ProvenanceOfModelNotFound(_Deaf):
    """Search for Provenance by its agent finds nothing."""

    type_, code = "Provenance", "agent"


@breaks("AIT-DSC-03")
class ProvenanceByRoleNotFound(_Deaf):
    """Search for Provenance by the role of its agent finds nothing."""

    type_, code = "Provenance", "agent-role"


@breaks("AIT-DSC-04")
class WorkOfModelNotFound(_Deaf):
    """Search for Observations by their device finds nothing."""

    type_, code = "Observation", "device"


@breaks("AIT-DSC-06")
class ProvenanceOfInputNotFound(_Deaf):
    """Search for Provenance by its entity finds nothing."""

    type_, code = "Provenance", "entity"


@breaks("AIT-PRM-02")
class PromptNotFound(_Deaf):
    """Search for documents by their type finds nothing."""

    type_, code = "DocumentReference", "type"


@breaks("AIT-DSC-05", seen="https://github.com/FirelyTeam/spark/issues/6")
class EveryModelFound(Searcher):
    """Search by a device or an agent finds what has any."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        member = {("Observation", "device"): "device", ("Provenance", "agent"): "agent"}
        name = member.get((criterion.type, criterion.code), "")
        return (lambda resource: name in resource.body) if name else super().test(criterion)
