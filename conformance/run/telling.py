"""One scenario's voice: everything it does is recorded and folded in the same breath."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.events import bound_event, exchange_event, finding_event
from conformance.judge.stage import Sent
from conformance.talk.once import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.judge.stage import Stage
    from conformance.model import Exchange, Finding, Json, Request, Resource, Scenario
    from conformance.run.recorder import Recorder
    from conformance.talk.client import Client

REPORT = "please report this to the authors of dermconf"


def mistake(error: BaseException) -> str:
    """Return a mistake of ours in one sentence: what, and where."""
    frames = traceback.extract_tb(error.__traceback__)
    last = f"{frames[-1].name}, line {frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__} in {last}: {error}"


@dataclass(frozen=True, slots=True)
class Teller:
    """Sends, records and folds for one scenario."""

    stage: Stage
    recorder: Recorder
    client: Client
    recorded: list[Mapping[str, Json]]

    @property
    def scenario(self) -> str:
        """Return the scenario's name with its row."""
        return self.stage.scenario.name

    def tell(self, event: str, **data: Json) -> dict[str, Json]:
        """Record an event of this scenario and take it into account."""
        written = self._write(event, **data)
        self.stage.apply(written)
        return written

    def _write(self, event: str, **data: Json) -> dict[str, Json]:
        if event == "intent":
            self.client.budget.owe()
        written = self.recorder.tell(event, scenario=self.scenario, **data)
        self.recorded.append(written)
        return written

    def send(
        self,
        request: Request,
        purpose: str,
        *,
        name: str = "",
        verb: str = "",
        round_: int = 1,
        attempts: int | None = None,
        closing: bool = False,
    ) -> Sent:
        """Send a request, record the exchange, and return it as the fold sees it."""
        sent = self.client.send(request, attempts=attempts, closing=closing)
        return self.heard(sent, purpose, name=name, verb=verb, round_=round_)

    def heard(
        self,
        sent: Exchange,
        purpose: str,
        *,
        name: str = "",
        verb: str = "",
        round_: int = 1,
        endpoint: Mapping[str, Json] | None = None,
    ) -> Sent:
        """Record an exchange, and return it as the fold sees it.

        `endpoint` tells how the address was found, where a resource told it.
        """
        exchange = self.recorder.allowance.admitted(sent)
        tell_asides(self.recorder, self.client)
        step = self.stage.event.get("step", 0) if purpose != "clean" else 0
        event = {"step": step, "purpose": purpose, "round": round_, "name": name, "verb": verb}
        event |= {"endpoint": endpoint} if endpoint else {}
        written = self._write("exchange", **event, **exchange_event(exchange))
        heard = Sent(replace(exchange, seq=written["seq"]), purpose, round_, name, verb)
        self.stage.sent.append(heard)
        return heard

    def bind(self, resource: Resource, how: str, created: Mapping[str, Json] | None = None) -> None:
        """Record what a name stands for now and, where it was `created` just before, that it was."""
        first = [("created", self._named(created))] if created else []
        told = self.recorder.tell_all([*first, ("bound", self._named(bound_event(resource, how)))])
        self.recorded.extend(told)
        self.stage.hold(resource, how)

    def _named(self, data: Mapping[str, Json]) -> dict[str, Json]:
        return {"scenario": self.scenario, **data}

    def findings(self, findings: Iterable[Finding]) -> list[dict[str, Json]]:
        """Record findings and return their events."""
        written = self.recorder.tell_all(("finding", finding_event(finding)) for finding in findings)
        self.recorded.extend(written)
        return written


def tell_asides(recorder: Recorder, client: Client) -> None:
    """Record what was exchanged with others than the target: with a token endpoint, for a token."""
    asides = client.access.asides
    while asides:
        try:
            exchange = asides.pop(0)
        except IndexError:  # another thread was faster
            return
        told = exchange_event(hidden(exchange, client.redactor))
        recorder.tell("exchange", purpose="auth", round=1, step=0, **told)


def scenario_fields(scenario: Scenario) -> dict[str, Json]:
    """Return what a scenario event says of the scenario itself."""
    return {
        "id": scenario.id,
        "row": scenario.row,
        "sentence": scenario.sentence,
        "requirements": {name: level.value for name, level in scenario.requirements.items()},
        "file": scenario.file,
        "text": scenario.text,
        "sha256": scenario.sha256,
        "given": [given.name for given in scenario.given],
        "axes": dict(scenario.axes),
    }
