"""Plain `pytest testcases --target URL` in a checkout, whose conftest loads this module."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from conformance.items import PLAN, Plan, Plugin
from conformance.problem import Problem, Problems

_OPEN: pytest.StashKey[ExitStack] = pytest.StashKey()
_SCENARIOS = frozenset({".yaml", ".yml"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of plain `pytest testcases` in a checkout."""
    group = parser.getgroup("dermconf", "FHIR scenarios")
    group.addoption("--target", metavar="URL|NAME", help="the server that the scenarios test")
    group.addoption("--token-env", metavar="NAME", help="environment variable that holds the bearer token")
    group.addoption("--ca", metavar="FILE", help="authorities to trust (PEM)")
    group.addoption("--report-dir", metavar="DIR", default="reports", help="where the reports are written")


def pytest_configure(config: pytest.Config) -> None:
    """Open a run where scenarios were asked for; other tests are none of its business."""
    paths = [path for path in map(_path, config.args) if _holds_scenarios(path, config.rootpath)]
    target = config.getoption("--target")
    if not paths and target:
        raise pytest.UsageError("--target is for scenarios: name their folder, such as `pytest testcases`")
    if not paths:
        return
    if not target:
        raise pytest.UsageError(
            "scenarios need a server: pytest testcases --target URL, or `dermconf run`, which brings its own"
        )
    config.stash[_OPEN] = ExitStack()
    config.pluginmanager.register(Plugin(_opened(config, paths, target)), "dermconf-run")


def _path(argument: str) -> Path:
    return Path(argument.split("::", 1)[0])


def _holds_scenarios(path: Path, root: Path) -> bool:
    # What the folders above a checkout are called says nothing.
    whole = path.resolve()
    within = whole.relative_to(root) if whole.is_relative_to(root) else whole
    return whole.suffix in _SCENARIOS or "testcases" in within.parts


def _opened(config: pytest.Config, paths: list[Path], target: str) -> Plan:
    """Return the plan of a run against a target; a complaint is told as pytest tells its own."""
    from conformance.commands.access import access  # noqa: PLC0415 - only where scenarios run
    from conformance.commands.target import settings as named  # noqa: PLC0415 - only where scenarios run
    from conformance.commands.target import token  # noqa: PLC0415 - only where scenarios run
    from conformance.run.suite import Settings, planned  # noqa: PLC0415 - only where scenarios run

    stack = config.stash[_OPEN]
    reports = config.getoption("--report-dir")
    if config.option.collectonly:
        # Nothing is run, so the record of an earlier run stays.
        reports = stack.enter_context(TemporaryDirectory())
    try:
        found = named(target, ca=Path(file) if (file := config.getoption("--ca")) else None)
        variable = config.getoption("--token-env")
        settings = Settings(
            target=found.target,
            access=access(found, token(variable), variable or ""),
            threads=found.threads or 1,
            packages=found.packages,
            paths=tuple(paths),
            reports=Path(reports),
            argv=tuple(config.invocation_params.args),
        )
        return stack.enter_context(planned(settings, lambda _total: lambda _name, _verdict, _seconds: None))
    except (Problem, Problems) as problem:
        raise pytest.UsageError(str(problem)) from None


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run: its footer, its reports."""
    stack = config.stash.get(_OPEN, None)
    plan = config.stash.get(PLAN, None)
    if stack is not None:
        with stack:
            _ended(plan, Path(config.getoption("--report-dir")))


def _ended(plan: Plan | None, folder: Path) -> None:
    from conformance import events  # noqa: PLC0415 - only where scenarios run
    from conformance.commands.reports import chosen, write  # noqa: PLC0415 - only where scenarios run

    if plan is not None and plan.begun:
        told = plan.close()
        write(events.read(folder / "run.jsonl"), told, folder, chosen("html,json,junit,markdown"), sys.stdout)
