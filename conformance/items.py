"""Scenarios as pytest items, and the hooks of the one run that plays them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from conformance.model import Json
    from conformance.run.session import Case, Session


class Nonconformant(AssertionError):  # noqa: N818 - a verdict in pytest's words
    """A scenario's verdict is fail: the server's doing, so reporters show a failure and not a breakage."""


class HarnessError(Exception):
    """A scenario's verdict is error: not the server's doing."""


class ScenarioItem(pytest.Item):
    """One row of one scenario."""

    def __init__(self, *, case: Case, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        names = case.scenario.requirements if case.scenario else {}
        self.user_properties += [("requirement", name) for name in names]
        for name in names:
            self.add_marker(pytest.mark.requirement(id=name))

    def runtest(self) -> None:
        """Wait for the scenario's verdict and say it in pytest's words."""
        plan: Plan = self.config.stash[PLAN]
        verdict = plan.result(self.case)
        if not verdict:
            pytest.exit("the run was stopped")
        if verdict in {"skip", "untested", "out-of-reach"}:
            pytest.skip(verdict)
        if verdict == "fail":
            raise Nonconformant(self.case.name)
        if verdict == "error":
            raise HarnessError(self.case.name)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002 - pytest's signature
        """Return one line; the report says the rest."""
        return f"{excinfo.typename}: {self.case.name} (see the report)"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the scenario stands."""
        line = self.case.scenario.place.line if self.case.scenario else 1
        return self.path, max(line - 1, 0), self.case.name


class ScenarioFile(pytest.File):
    """One scenario file; a bad one becomes an item with verdict error, so that collection never stops."""

    def collect(self) -> Iterator[ScenarioItem]:
        """Yield an item for each row."""
        plan: Plan = self.config.stash[PLAN]
        for case in plan.cases_of(self.path):
            yield ScenarioItem.from_parent(self, name=case.name, case=case)


class Plan:
    """What the command line hands over: the session, the cases by file, and who is told of verdicts."""

    def __init__(
        self,
        session: Session,
        cases: Mapping[Path, list[Case]],
        tell: Callable[[int], Callable[[str, str, float], None]],
    ) -> None:
        self.session = session
        self.cases = cases
        # Asked before a path is resolved, which takes long where pytest looks at every file of a folder.
        self._names = {path.name for path in cases}
        self._tell = tell
        self._told: Callable[[str, str, float], None] | None = None
        self._futures: dict[str, Future[str]] = {}

    def cases_of(self, path: Path) -> Iterable[Case]:
        """Return the cases of one file."""
        return self.cases.get(path.resolve(), []) if path.name in self._names else []

    @property
    def begun(self) -> bool:
        """Tell whether there is a run to be ended."""
        return self.session.begun

    def start(self, cases: list[Case]) -> None:
        """Open the session and queue every selected case."""
        self._told = self._tell(len(cases))
        speaking = {case.scenario.fhir for case in cases if case.scenario is not None}
        self.session.open(len(cases), speaking, cases)
        self._futures = {case.name: self.session.submit(case) for case in cases}

    def result(self, case: Case) -> str:
        """Wait for a case's verdict; there is none where the run was stopped before."""
        verdict = self._futures[case.name].result()
        if self._told is not None and verdict and case.name not in self.session.unplayed:
            self._told(case.name, verdict, self.session.seconds.get(case.name, 0.0))
        return verdict

    def close(self) -> Mapping[str, Json]:
        """End the run and return its summary."""
        return self.session.close()


PLAN: pytest.StashKey[Plan] = pytest.StashKey()


class Plugin:
    """The hooks of one run; `dermconf run` registers it with its plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand the plan to the collectors."""
        config.stash[PLAN] = self.plan
        config.addinivalue_line("markers", "requirement(id): the requirement that a scenario tests")

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Start what was selected, just before the first item runs."""
        if not session.config.option.collectonly:
            cases = [item.case for item in session.items if isinstance(item, ScenarioItem)]
            # Where the collection broke, the run has begun already, and is over.
            if cases and not self.plan.begun:
                self.plan.start(cases)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Record what broke the run as a whole: it is no selection of nothing."""
        self.plan.session.break_off(excinfo.value)

    def pytest_exception_interact(
        self,
        node: pytest.Item | pytest.Collector,
        call: pytest.CallInfo[Any],
        report: pytest.CollectReport | pytest.TestReport,
    ) -> None:
        """Record what broke the collection of scenarios; files of others are not ours to judge."""
        foreign = isinstance(node, pytest.File) and not isinstance(node, ScenarioFile)
        if isinstance(report, pytest.CollectReport) and call.excinfo is not None and not foreign:
            self.plan.session.break_off(call.excinfo.value)

    def pytest_keyboard_interrupt(self) -> None:
        """Let no further scenario begin."""
        self.plan.session.client.stop.set()

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect a scenario file of the plan."""
        return ScenarioFile.from_parent(parent, path=file_path) if self.plan.cases_of(file_path) else None
