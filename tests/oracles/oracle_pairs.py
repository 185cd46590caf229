"""What both validators say of one mutation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oracle_sources import corpus

from conformance.jsontext import dumps

if TYPE_CHECKING:
    from mutations import Mutation
    from oracle_hapi import Hapi, Judgement
    from oracle_sources import Engine

    from conformance.model import Json
    from conformance.profiles import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two judgements of one mutation; the verdicts are those of errors alone."""

    mutation: Mutation
    hapi: Judgement
    ours: tuple[Issue, ...]

    @property
    def agree(self) -> bool:
        """Tell whether both find errors, or neither."""
        return self.hapi.valid is (not self.ours)


def annotations() -> list[Json]:
    """Return the resources that are mutated: the Observations among examples and fixtures."""
    return [resource for resource in corpus().values() if resource["resourceType"] == "Observation"]


def judged(mutation: Mutation, hapi: Hapi, engine: Engine) -> Pair:
    """Return what both say of a mutation."""
    theirs = hapi.judge(dumps(mutation.resource))
    return Pair(mutation=mutation, hapi=theirs, ours=tuple(engine.errors(mutation.resource)))
