"""The shipped suite against the embedded server: the same however it is run, and judged again to the same."""

import random

import pytest
from playing import play

from conformance import events
from conformance.catalogue import requirements
from conformance.jsontext import parsed
from conformance.model import Request, Target
from conformance.read.loading import scenarios
from conformance.run.recorder import Recorder
from conformance.run.session import Case, Session
from conformance.server.app import create
from conformance.server.faults import FAULTS as FAULTY
from conformance.server.serving import running
from conformance.talk.client import Client

pytestmark = pytest.mark.long

FORMATS = ("json",)
# Of images nobody is asked who does not say where they are, nor of another release of FHIR.
IMAGES = tuple(f"imaging/{name}/" for name in ("access", "pipeline", "pixels", "selection", "manifest"))
# Written for R4, though among them.
OF_R4 = ("imaging/manifest/journey-r4", "imaging/selection/as-basic")
# Of what the reference server does not go without, of what its sample data do not hold, and of a hub, which
# nobody names here.
SKIPPED = {
    "ai/stored-models",
    "imaging/fhircast/hub-configuration",
    "imaging/fhircast/hub-session",
    "provenance/stored-ai-provenance",
    "rest/without-batch",
    "rest/without-conditional-create",
    "rest/without-history",
    "rest/without-update-as-create",
    "rest/without-versions",
}


@pytest.fixture(scope="module")
def base():
    with running(create(seed=True)) as started:
        yield started


@pytest.fixture(scope="module")
def honest(base, tmp_path_factory):
    return play(base, tmp_path_factory.mktemp("honest"), formats=FORMATS)


def test_the_honest_server_conforms(honest):
    assert not honest.problems, honest.told
    assert (honest.verdict, honest.exit) == ("conformant", 0)
    assert set(honest.verdicts.values()) == {"pass", "skip", "untested"}
    assert {
        name
        for name, verdict in honest.verdicts.items()
        if verdict == "untested" or (verdict == "skip" and name.startswith(IMAGES))
    } == {name for name in honest.verdicts if name.startswith(IMAGES) and not name.startswith(OF_R4)}
    assert {
        name.partition("[")[0]
        for name, verdict in honest.verdicts.items()
        if verdict == "skip" and not name.startswith(IMAGES)
    } == SKIPPED


def test_the_record_judged_again_is_the_same_to_the_byte(honest):
    assert honest.rejudged == []


def test_everything_that_was_created_is_deleted(honest, base):
    made = {e["reference"] for e in honest.events("created") if e["ours"]}
    gone = {e["reference"] for e in honest.events("deleted")}
    gone |= {e["reference"] for e in honest.events("bound") if e["deleted"]}
    assert made
    assert made <= gone
    assert honest.leftovers == []
    client = Client(Target(base=base))
    for type_ in sorted({reference.split("/")[0] for reference in made}):
        answer = client.send(Request(method="GET", url=f"{base}/{type_}?_count=1000")).answer
        left = [e["resource"]["id"] for e in parsed(answer.body).get("entry", ())]
        assert not {f"{type_}/{id_}" for id_ in left} & made


@pytest.mark.parametrize("threads", [4, 8])
def test_threads_change_no_verdict(threads, honest, base, tmp_path):
    together = play(base, tmp_path, threads=threads, formats=FORMATS)
    assert together.verdicts == honest.verdicts
    assert together.exit == honest.exit
    assert together.rejudged == []
    known = [(r["id"], r["verdict"]) for r in honest.summary["requirements"]]
    assert [(r["id"], r["verdict"]) for r in together.summary["requirements"]] == known


def test_the_order_changes_no_verdict(honest, base, tmp_path):
    cases = [
        Case(name=s.name, scenario=s, fixtures=one.fixtures) for one in scenarios() for s in one.scenarios
    ]
    random.Random(7).shuffle(cases)  # noqa: S311 - the same every time
    target = Target(base=base, settle=0.0)
    with Recorder(tmp_path) as recorder:
        session = Session(target=target, client=Client(target), recorder=recorder, catalogue=requirements())
        session.open(len(cases))
        for future in [session.submit(case) for case in cases]:
            future.result()
        session.close()
    assert {s.name: s.verdict for s in events.read(recorder.path).scenarios} == honest.verdicts


FAULTS = [
    "source-image-lost",
    "create-answers-ok",
    "no-location",
    "no-self-link",
    "next-link-broken",
    "label-lost-by-update",
    "bare-errors",
    "tags-lost",
    "answers-missing",
    "answers-in-another-order",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_server_is_judged_again_to_the_same(fault, tmp_path):
    with running(create(seed=True, faults=(fault,))) as base:
        broken = play(base, tmp_path, formats=FORMATS)
    failed = {f["requirement"] for f in broken.findings if f["result"] == "failed"}
    assert FAULTY[fault].breaks in failed
    assert not broken.kinds & {"bug", "fixture", "scenario"}, broken.told
    assert broken.rejudged == []
