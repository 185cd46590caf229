"""What unpacks to 10 GB takes little memory and a bounded time, as FHIR and as pixels."""

import gzip
import tracemalloc
import zlib
from functools import cache
from types import SimpleNamespace

import pytest
from archive import RELATED, Archive, endpoint, study
from miniature import Miniature, http
from peaks import measured
from playing import written

from conformance import events
from conformance.model import Request, Target
from conformance.talk import once
from conformance.talk.client import Client

TEN_MEGABYTES = 10_000_000
TIMES = 1_000
SETTINGS = """targets:
  images: {base: "BASE", imaging: "HOST/imaging", wado: ["HOST/wado"], timeout: 1}
"""
READ = """scenario: A photograph is read
requirements: {R4-RES-19: SHALL}
steps:
  - {read: DocumentReference/p, expect: [{status: 200, for: R4-RES-19}]}
"""
RETRIEVED = """scenario: An image comes
requirements: {R4-RES-19: SHALL}
steps:
  - {retrieve: study, of: 1.2.3, expect: [{payload: {format: dicom}, for: R4-RES-19}]}
"""


def members(of):
    """Return what a file of gzip is made of: a member of ten megabytes, as often as it takes."""
    return gzip.compress(of * TEN_MEGABYTES, 9), TIMES


@cache
def bomb(kind):
    """Return the first bytes of a bomb, what comes after them, and how often."""
    if kind == "gzip":
        return b"", *members(b"\0")
    if kind == "gzip, gzip":
        member, times = members(b"\0")
        return b"", gzip.compress(member * times, 9), 1
    if kind == "deflate":
        # Behind a full flush a block knows nothing of what came before it, and may be repeated.
        packed = zlib.compressobj(9, zlib.DEFLATED, -15)
        block = packed.compress(bytes(TEN_MEGABYTES)) + packed.flush(zlib.Z_FULL_FLUSH)
        return b"\x78\x9c", block, TIMES
    # Members without any content: whoever waits for a byte waits as long as they come.
    return b"", gzip.compress(b"") * 3_000, 100_000


class Bombing(Archive):
    """Sends a bomb for what is read, for what is retrieved, or in the place of its statement."""

    def __init__(self, kind, where):
        self.kind, self.where = kind, where

    def blast(self, media):
        first, block, times = bomb(self.kind)
        length = len(first) + len(block) * times
        yield http(200, media=media, length=length, Content_Encoding=self.kind.partition(" of")[0]) + first
        for _ in range(times):
            yield block

    def fhir(self):
        if self.where == self.path:
            return self.blast("application/fhir+json")
        return super().fhir()

    def studies(self):
        return [study(by_study=["Endpoint/e1"]), endpoint(f"{self.here}/wado")]

    def guarded(self):
        return self.blast(self.where if "/" in self.where[1:] else RELATED)


def blown(folder, kind, where, scenario):
    """Return what a run took, and its record."""
    path = written(folder, scenario)
    bomb(kind)
    with Miniature(Bombing(kind, where)) as server:
        settings = folder / "dermconf.yaml"
        settings.write_text(SETTINGS.replace("BASE", server.base).replace("HOST", server.host))
        peak = measured("images", folder / "reports", path, options=("--config", str(settings)))
    assert "Traceback" not in peak.out
    return SimpleNamespace(peak=peak, run=events.read(folder / "reports" / "run.jsonl"))


KINDS = ["gzip", "gzip, gzip", "deflate"]
NOTHING = "gzip of nothing"


def asked(kind, *, bytes_, timeout=5.0):
    """Return what came of one request, and the most memory that it took, in megabytes."""
    bomb(kind)
    with Miniature(Bombing(kind, RELATED)) as server:
        target = Target(base=server.base, wado=(f"{server.host}/wado",), timeout=timeout)
        client = Client(target)
        tracemalloc.start()
        try:
            url = f"{server.host}/wado/studies/1.2.3"
            answer = client.send(Request(method="GET", url=url), bytes_=bytes_).answer
            return answer, tracemalloc.get_traced_memory()[1] / 1_000_000
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_of_fhir_no_more_is_unpacked_than_is_read(kind):
    answer, peak = asked(kind, bytes_=False)
    assert (answer.truncated, answer.error) == (True, "")
    assert peak < 60


@pytest.mark.parametrize("kind", KINDS)
def test_of_pixels_no_more_is_unpacked_at_a_time_than_is_looked_at(kind, monkeypatch):
    monkeypatch.setattr(once, "LARGEST_PAYLOAD", 100_000_000)
    answer, peak = asked(kind, bytes_=True)
    assert (answer.truncated, answer.body, answer.error) == (True, None, "")
    assert peak < 40


def test_who_waits_for_what_is_in_empty_members_waits_no_longer_than_for_any_answer():
    answer, peak = asked(NOTHING, bytes_=False, timeout=0.5)
    assert answer.error.startswith("timeout")
    assert answer.seconds < 5
    assert peak < 40


@pytest.mark.long
@pytest.mark.parametrize("kind", [*KINDS, NOTHING])
@pytest.mark.parametrize(
    ("where", "scenario"),
    [
        ("/fhir/metadata", READ),
        ("/fhir/DocumentReference/p", READ),
        (RELATED, RETRIEVED),
        ("application/json", RETRIEVED),
    ],
)
def test_a_whole_run_that_meets_a_bomb_is_bounded(tmp_path, kind, where, scenario):
    done = blown(tmp_path, kind, where, scenario)
    assert (done.peak.exit, {p["kind"] for one in done.run.scenarios for p in one.problems}) == (
        4,
        {"network"},
    )
    assert done.peak.megabytes < 150
    # Pixels may take ten times the limit, which is one second here.
    assert done.peak.seconds < 30
