"""Plays the shipped scenarios against one server of the proof, without pytest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance import events
from conformance.model import Target
from conformance.problem import Problem
from conformance.read.loading import scenarios
from conformance.run.recorder import Recorder
from conformance.run.session import Asked, Case, Session
from conformance.run.soundness import Soundness
from conformance.talk.client import Client

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.events import Run
    from conformance.model import Json, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where every round of the proof is played: the embedded server, the reports and the catalogue."""

    base: str
    reports: Path
    catalogue: Mapping[str, Requirement]
    soundness: Soundness = field(default_factory=Soundness)

    def play(
        self, mount: str, cases: Sequence[Case], *, settle: float = 0.0, threads: int = 1, clean: bool = True
    ) -> tuple[Mapping[str, Json], Run]:
        """Return the summary and the record of a run against a mount such as `faults/no-location`."""
        base = self.base.replace("/fhir", f"/{mount}/fhir") if mount else self.base
        name = mount.rpartition("/")[2] or "honest"
        target = Target(base=base, name=name, settle=settle, leave_data=not clean)
        folder = self.reports / "prove" / name[:_LONGEST]
        with Recorder(folder) as recorder:
            session = Session(
                target=target,
                client=Client(target),
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


# A server that has many names at once needs a folder all the same.
_LONGEST = 120


def shipped_cases() -> list[Case]:
    """Return every row of every shipped scenario; raises Problem for one that cannot be read."""
    loaded = list(scenarios())
    problems = [problem for one in loaded for problem in one.problems]
    if problems:
        raise Problem("scenario", f"the shipped scenarios cannot be read: {problems[0]}")
    return [Case(name=s.name, scenario=s, fixtures=one.fixtures) for one in loaded for s in one.scenarios]
