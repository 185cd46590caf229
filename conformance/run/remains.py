"""Deletes what a run left behind, from its record: by id where it is ours, else by tag."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

from conformance.events import NAME
from conformance.judge.stage import Stage
from conformance.model import Scenario
from conformance.problem import Place, Problem
from conformance.run import cleaning
from conformance.run.finishing import finish
from conformance.run.replaying import target_of
from conformance.run.telling import Teller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.events import Run
    from conformance.run.recorder import Recorder
    from conformance.run.tracing import Lost
    from conformance.talk.client import Client


def refuse_a_live_run(path: Path) -> None:
    """Raise Problem where the run that writes this record is still going on."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Problem(
            "record", "the run is still going on", place=Place(str(path)), hint="stop it first"
        ) from None
    except OSError as error:
        raise Problem(
            "record", f"the record cannot be read: {error.strerror}", place=Place(str(path)), hint=NAME
        ) from None


def remains(run: Run) -> Iterator[tuple[str, list[cleaning.Made], list[Lost]]]:
    """Yield for each scenario what it created and did not delete, and what became of which nobody knows."""
    for scenario in run.scenarios:
        made = cleaning.made(scenario.events)
        lost = cleaning.unanswered(scenario.events)
        if made or lost:
            yield scenario.name, made, lost


def clean(run: Run, client: Client, recorder: Recorder) -> cleaning.Rest:
    """Delete what a run left; return what is still there, and what was not found."""
    target = target_of(run)
    rests = []
    for name, made, lost in remains(run):
        teller = Teller(Stage(_nameless(name), target.base), recorder, client, [])
        rests.append((teller, cleaning.clean(teller, made, lost)))
    return finish(rests, target.settle)


def _nameless(name: str) -> Scenario:
    return Scenario(id=name, row="", sentence="", requirements={}, steps=(), file="", text="", sha256="")
