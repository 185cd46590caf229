"""Plays scenarios against a server of the tests, in this process, and shows what came of it."""

import io
import json
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

from conformance import events
from conformance.commands.reports import write
from conformance.model import Target
from conformance.render import FOLDERS, FORMATS
from conformance.run.replaying import differences
from conformance.run.suite import Settings, run
from conformance.talk.client import Access

ROOT = Path(__file__).parent.parent.parent
ALL = (*FORMATS, *FOLDERS)


@dataclass(frozen=True)
class Played:
    """A finished run and everything that it left."""

    run: events.Run
    summary: dict
    folder: Path
    out: str
    packages: tuple = ()

    @property
    def exit(self):
        return self.summary["gate"]["exit"]

    @property
    def verdict(self):
        return self.summary["verdict"]

    @property
    def verdicts(self):
        return {s.name: s.verdict for s in self.run.scenarios}

    @property
    def problems(self):
        inside = [p for s in self.run.scenarios for p in s.problems]
        return inside + [e for e in self.run.outside if e["event"] == "problem"]

    @property
    def kinds(self):
        return {p["kind"] for p in self.problems}

    @property
    def told(self):
        return "\n".join(p["message"] for p in self.problems)

    @property
    def findings(self):
        return [f for s in self.run.scenarios for f in s.findings]

    def results(self, check):
        """Return the results of the findings of one automatic rule, such as `built-in:create`."""
        return [f["result"] for f in self.findings if f["check"] == check]

    def events(self, kind):
        return [e for s in self.run.scenarios for e in s.events if e["event"] == kind]

    @property
    def leftovers(self):
        return self.events("leftover")

    @property
    def rejudged(self):
        return list(differences(self.folder / "run.jsonl", packages=self.packages))


def play(
    base,
    folder,
    *paths,
    token="",
    token_env="",
    access=None,
    threads=1,
    expression="",
    packages=(),
    accepted=(),
    formats=ALL,
    **target,
):
    """Run scenario files (or texts) against a base URL and write every report."""
    settings = Settings(
        target=replace(Target(base=base, settle=0.0, timeout=2.0), **target),
        access=access or Access.by_token(token, token_env),
        paths=tuple(map(Path, paths)),
        expression=expression,
        threads=threads,
        packages=packages,
        accepted=accepted,
        reports=folder,
    )
    out = io.StringIO()
    with redirect_stdout(out):
        done = run(settings, lambda _total: lambda _name, _verdict, _seconds: None)
    write(done.run, done.summary, folder, list(formats), out)
    return Played(
        done.run, json.loads((folder / "summary.json").read_text()), folder, out.getvalue(), packages
    )


def written(folder, text, name="case"):
    """Write a scenario of a test's own and return its path."""
    file = folder / "testcases" / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
