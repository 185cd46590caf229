"""Runs killed at random moments: after `dermconf cleanup` nothing of ours is left, nothing else is touched.

Each run is against a fresh reference server, loaded with what others keep there, that makes cleaning up hard
in one way (`keepers.py`). A seed says how, when and by which signal the run ends: `--only N` repeats one.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import keepers
import requests

from conformance.server.app import create
from conformance.server.serving import running
from conformance.server.variations import VARIATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Versions = Mapping[tuple[str, str], str]
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).parent.parent
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
# A whole run sends some 1,600 requests; a moment beyond the last is that of a run that ended in good order.
REQUESTS = 1700
LOST = 0.03
PATIENCE = 180.0
_POSSIBLE = re.compile(r"^perhaps still there: (\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Moment:
    """How one run ends: at which request, before or after it was carried out, and by which signal."""

    seed: int
    habit: str
    request: int
    after: bool
    signal: signal.Signals
    threads: int

    @classmethod
    def of(cls, seed: int, number: int) -> Moment:
        """Return the moment of one run."""
        dice = random.Random(f"{seed}/{number}")  # noqa: S311 - a moment, no secret
        return cls(
            seed=seed,
            habit=[*keepers.HABITS][number % len(keepers.HABITS)],
            request=int(REQUESTS ** dice.uniform(0, 1))
            if dice.random() < 1 / 4
            else dice.randrange(REQUESTS),
            after=dice.random() < 1 / 2,
            signal=dice.choice(SIGNALS),
            threads=dice.choice((1, 2, 4)),
        )

    def __str__(self) -> str:
        when = "after" if self.after else "before"
        return (
            f"{self.signal.name} {when} request {self.request}, -n {self.threads}; the server: {self.habit}"
        )


@dataclass
class Watched:
    """The server's application, seen from outside: it says when a request comes, and may lose answers."""

    app: ASGIApp
    moment: Moment
    strike: Callable[[], None] = lambda: None
    losing: bool = False
    seen: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Throw the dice of this run."""
        self.dice = random.Random(self.moment.seed)  # noqa: S311 - which answers are lost, no secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer unless that is lost."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.seen += 1
        hit = self.seen == self.moment.request
        if hit and not self.moment.after:
            self.strike()
        held: list[Message] = []
        lost = self.losing and scope["method"] == "POST" and self.dice.random() < LOST
        await self.app(scope, receive, _holding(held) if lost or hit else send)
        if hit and self.moment.after:
            self.strike()
        for message in _cut() if lost else held:
            await send(message)


def _holding(held: list[Message]) -> Send:
    async def hold(message: Message) -> None:
        held.append(message)

    return hold


def _cut() -> Iterator[Message]:
    """Yield an answer that ends in its first byte: uvicorn closes the connection."""
    yield {"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"99")]}
    yield {"type": "http.response.body", "body": b"{", "more_body": True}


def main() -> int:
    """Kill, clean up, compare and tell; return 1 where something of ours is left or something else is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="of the random moments")
    parser.add_argument("--only", type=int, help="the number of the one run to repeat")
    asked = parser.parse_args()
    # Answers are lost on purpose, which uvicorn complains of.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    print(f"seed {asked.seed}", flush=True)
    numbers = range(asked.runs) if asked.only is None else [asked.only]
    bad = 0
    for number in numbers:
        moment = Moment.of(asked.seed, number)
        told = one(moment)
        bad += bool(told)
        for line in told:
            print(f"run {number} ({moment}): {line}", flush=True)
    plural = "" if len(numbers) == 1 else "s"
    print(f"{len(numbers)} run{plural} killed, {bad} not cleaned up as they should be")
    return 1 if bad else 0


# What cleanup says of the record of a run that was killed before it wrote anything.
_NOT_BEGUN = "this is not a recorded run: it is empty"


def one(moment: Moment) -> list[str]:
    """Return what is amiss after one run was killed and cleaned up."""
    with tempfile.TemporaryDirectory() as folder, _server(moment) as (base, watched):
        _load(base)
        before = kept(base)
        watched.losing = "loses answers" in moment.habit
        watched.seen = 0
        _killed(base, Path(folder), watched, moment)
        watched.losing = False
        cleaned = _cleanup(Path(folder) / "run.jsonl")
        return list(amiss(before, kept(base), cleaned, moment))


def amiss(before: Versions, after: Versions, cleaned: tuple[int, str], moment: Moment) -> Iterator[str]:
    """Yield what should not be: a version that is there no more or is new, and what nobody was told of."""
    code, said = cleaned
    theirs = {where for where, _ in before}
    now = {name: text for name, text in after.items() if name[0] in theirs}
    yield from (f"lost or altered: {name}" for name, text in before.items() if now.get(name) != text)
    yield from (f"a version that is new: {name}" for name in now if name not in before)
    left = _living(after, theirs)
    listed = _POSSIBLE.findall(said)
    # Where tags are dropped and the answer was lost, nothing tells that a resource is ours: it is listed.
    unlisted = [one for one in left if not ("drops tags" in moment.habit and _take(listed, one))]
    yield from (f"left: {one}" for one in unlisted)
    if (code and not left and _NOT_BEGUN not in said) or "Traceback" in said or unlisted:
        yield f"cleanup ended with {code}: {said.strip()}"


def _take(listed: list[str], left: str) -> bool:
    type_ = left.partition("/")[0]
    if type_ not in listed:
        return False
    listed.remove(type_)
    return True


def _living(versions: Versions, theirs: set[str]) -> list[str]:
    """Return what is there and is not theirs: of what is there the newest version is no deletion."""
    newest: dict[str, str] = {}
    for (where, _), text in versions.items():
        newest.setdefault(where, text)
    return [where for where, text in newest.items() if '"resource"' in text and where not in theirs]


@contextmanager
def _server(moment: Moment) -> Iterator[tuple[str, Watched]]:
    VARIATIONS["habit"] = keepers.variation(moment.habit)
    watched = Watched(create(), moment)
    try:
        with running(watched) as base:
            yield base.replace("/fhir", "/variations/habit/fhir"), watched
    finally:
        del VARIATIONS["habit"]


def _load(base: str) -> None:
    fixtures = [json.loads(path.read_text()) for path in sorted((ROOT / "fixtures").glob("*.json"))]
    bodies = list(keepers.foreign(fixtures))
    for several in (bodies, bodies[::10]):
        entries = [
            {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
            for one in several
        ]
        batch = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        headers = {"Content-Type": "application/fhir+json"}
        answer = requests.post(base, json=batch, headers=headers, timeout=PATIENCE)
        answer.raise_for_status()
        if any(entry["response"]["status"][:2] != "20" for entry in answer.json()["entry"]):
            raise SystemExit("the server takes not all that others keep there")


def kept(base: str) -> Versions:
    """Return all that is on a server, newest first: (where, version) to the text of its entry."""
    found: dict[tuple[str, str], str] = {}
    url = f"{base}/_history?_count=1000"
    while url:
        page = requests.get(url, timeout=PATIENCE).json()
        for entry in page["entry"]:
            # A deletion has no fullUrl, and the request of a create no id.
            where = entry.get("fullUrl", entry["request"]["url"]).removeprefix(f"{base}/")
            found[where, entry["response"]["etag"]] = json.dumps(entry)
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    return found


def _killed(base: str, folder: Path, watched: Watched, moment: Moment) -> None:
    command = [sys.executable, "-m", "conformance", "run", "--target", base, "-n", str(moment.threads)]
    process = subprocess.Popen(
        [*command, "--report-dir", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )

    def strike() -> None:
        process.send_signal(moment.signal)
        if moment.signal is signal.SIGKILL:
            # What the server does next it does for nobody.
            process.wait()

    watched.strike = strike
    try:
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
    watched.strike = lambda: None


def _cleanup(record: Path) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "conformance", "cleanup", str(record)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=PATIENCE,
    )
    return ended.returncode, ended.stdout + ended.stderr


if __name__ == "__main__":
    sys.exit(main())
