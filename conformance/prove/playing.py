"""Plays scenarios against one server of the proof, without pytest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance import events
from conformance.model import GATES, Party, Target
from conformance.prove.choosing import Choice, cases
from conformance.run.embedded import versions
from conformance.run.opening import Asked
from conformance.run.recorder import Recorder
from conformance.run.session import Session
from conformance.run.soundness import Soundness
from conformance.server.faults import FAULTS
from conformance.server.imaging import people
from conformance.server.imaging.claimed import claimed
from conformance.server.imaging.generations import NEWEST
from conformance.talk.client import Access, Client
from conformance.talk.credentials import Fixed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.events import Run
    from conformance.model import Json, Requirement
    from conformance.run.session import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a server is held to: its roles, the editions that gate, and the policies asked of it."""

    roles: tuple[Party, ...] = (Party.REPOSITORY,)
    gates: tuple[str, ...] = GATES
    policies: tuple[str, ...] = ()


USUAL = Terms()
# What is asked of a target by option alone: each edition, each policy, and that its data are its own.
STRICT = tuple(
    Terms(
        roles=(Party.REPOSITORY, Party.PRODUCER),
        gates=(*GATES, f"ai-transparency@{edition}"),
        policies=("label", "provenance"),
    )
    for edition in ("ballot", "current")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where every round of the proof is played: the embedded server, the reports, and what is proven."""

    base: str
    reports: Path
    catalogue: Mapping[str, Requirement]
    choice: Choice = field(default_factory=Choice)
    soundness: Soundness = field(default_factory=Soundness)

    @property
    def cases(self) -> tuple[Case, ...]:
        """Return the rows of the scenarios that are proven."""
        return cases(self.choice)

    def play(
        self,
        mount: str,
        cases: Sequence[Case],
        *,
        terms: Terms = USUAL,
        settle: float = 0.0,
        threads: int = 1,
        clean: bool = True,
    ) -> tuple[Mapping[str, Json], Run]:
        """Return the summary and the record of a run against a mount such as `faults/no-location`."""
        base = self.base.replace("/fhir", f"/{mount}/fhir") if mount else self.base
        name = mount.rpartition("/")[2] or "honest"
        target = claimed(
            Target(
                base=base,
                name=name,
                roles=terms.roles,
                gates=terms.gates,
                policies=terms.policies,
                settle=settle,
                leave_data=not clean,
                versions=versions(base),
            ),
            specs={rule.spec for rule in self.catalogue.values()},
            generation=_generation(name),
        )
        folder = self.reports / "prove" / name[:_LONGEST]
        with Recorder(folder) as recorder:
            session = Session(
                target=target,
                client=Client(target, Access(others=_OTHERS)),
                recorder=recorder,
                catalogue=self.catalogue,
                asked=Asked(threads=threads),
            )
            session.open(len(cases))
            # What is given is the same in every round, and judged once.
            session.stand = replace(session.stand, soundness=self.soundness)
            for future in [session.submit(case) for case in cases]:
                future.result()
            told = session.close()
        return told, events.read(folder / "run.jsonl")


def _generation(name: str) -> str:
    """Return the generation of SMART Imaging Access that a fault is of: usually the newest."""
    return (FAULTS[name].generation if name in FAULTS else "") or NEWEST


# The tokens of the embedded server are no secrets.
_OTHERS = {name: Fixed(f"Bearer {token}", name) for name, token in people.tokens().items()}
# A server that has many names at once needs a folder all the same.
_LONGEST = 120
