"""AI Transparency by edition and by policy: what is played, what is left out, and what may fail a run."""

import json

import pytest
import requests
from click.testing import CliRunner
from playing import play

from conformance import shipped
from conformance.cli import group
from conformance.model import Party
from conformance.render.tally import judged_by
from conformance.run.embedded import embedded

LEFT_OUT = "skip"
PLAYED = {"ballot": "pass", "current": "pass"}
STORED = "provenance/stored-ai-provenance.yaml"
FHIR = {"Content-Type": "application/fhir+json"}
LABELS = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"


@pytest.fixture(scope="module")
def base():
    with embedded(seed=False) as found:
        yield found


@pytest.fixture
def played(base, tmp_path):
    """Play shipped scenarios against the reference server, or against it with a fault."""

    def play_it(*names, fault="", **target):
        at = base.replace("/fhir", f"/faults/{fault}/fhir") if fault else base
        files = [shipped.testcases() / name for name in names]
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        done = play(at, folder, *files, formats=("json",), **target)
        assert done.rejudged == []
        return done

    return play_it


def verdicts(done):
    return {name.rpartition("[")[2].rstrip("]"): verdict for name, verdict in done.verdicts.items()}


@pytest.mark.parametrize(
    ("gates", "expected"),
    [
        ((), PLAYED),
        (("ai-transparency",), PLAYED),
        (("ai-transparency@ballot",), {**PLAYED, "current": LEFT_OUT}),
        (("ai-transparency@current",), {**PLAYED, "ballot": LEFT_OUT}),
    ],
)
def test_what_is_written_follows_every_edition_that_the_target_is_not_kept_from(played, gates, expected):
    done = played("ai/model-card.yaml", gates=("r4", *gates))
    assert verdicts(done) == expected


@pytest.fixture
def stored(base):
    """A Provenance as the ballot has it, with a claim that names no version."""
    body = json.loads((shipped.fixtures() / "provenance-ai-ballot.json").read_text(encoding="utf-8"))
    body["meta"]["profile"] = [body["meta"]["profile"][0].partition("|")[0]]
    made = requests.post(f"{base}/Provenance", json=body, headers=FHIR, timeout=10)
    assert made.status_code == 201
    yield made.json()["id"]
    requests.delete(f"{base}/Provenance/{made.json()['id']}", timeout=10)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("gates", [(), ("ai-transparency",)])
def test_what_is_found_is_judged_by_no_edition_that_nobody_named(played, gates):
    done = played(STORED, gates=("r4", *gates))
    assert set(done.verdicts.values()) == {LEFT_OUT}
    assert {event["unlock"] for event in done.events("skipped")} == {
        "--gate ai-transparency@ballot",
        "--gate ai-transparency@current",
    }


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("edition", "role", "result", "verdict"),
    [
        ("ballot", Party.REPOSITORY, "observed", "incomplete"),
        ("current", Party.REPOSITORY, "data", "incomplete"),
        ("ballot", Party.PRODUCER, "held", "partial"),
        ("current", Party.PRODUCER, "failed", "nonconformant"),
    ],
)
def test_what_is_found_is_judged_by_the_edition_and_fails_its_producer_alone(
    played, edition, role, result, verdict
):
    done = played(STORED, gates=("r4", f"ai-transparency@{edition}"), roles=(role,))
    assert {f["result"] for f in done.findings if f["requirement"] == "AIT-PRV-02"} == {result}
    assert done.verdict == verdict


@pytest.mark.parametrize(
    ("fault", "scenario", "rule", "policy"),
    [
        ("label-becomes-tag", "ai/label-beside-others.yaml", "AIT-LBL-01", "label"),
        ("provenance-of-nothing", "provenance/prediction-explained.yaml", "AIT-PRV-12", "provenance"),
    ],
)
def test_what_policy_may_require_fails_a_run_only_where_it_does(played, fault, scenario, rule, policy):
    other = {"label": "provenance", "provenance": "label"}[policy]
    settings = [
        (("r4",), (), False),
        (("r4", "ai-transparency"), (), False),
        (("r4",), (other,), False),
        (("r4",), (policy,), True),
    ]
    for gates, policies, gating in settings:
        done = played(scenario, fault=fault, gates=gates, policies=policies)
        broken = {f["gating"] for f in done.findings if (f["requirement"], f["result"]) == (rule, "failed")}
        assert broken == {gating}
        assert (done.exit == 1) is gating


def test_an_edition_that_does_not_exist_is_refused():
    told = CliRunner().invoke(group, ["run", "--gate", "ai-transparency@final"])
    assert told.exit_code == 2
    assert "the editions of ai-transparency are ballot and current" in told.output


@pytest.fixture(
    params=[
        {"tag": [{"system": LABELS, "code": "AIAST"}]},
        {"security": [{"system": "https://example.org/labels", "code": "AIAST"}]},
        {"security": [{"system": LABELS, "code": "CLINAST"}]},
        {},
    ],
    ids=["tag", "system", "code", "none"],
)
def mislabelled(base, request):
    """A confirmed annotation that was stored with no label of AI where one belongs."""
    body = json.loads((shipped.fixtures() / "observation-annotation-confirmed.json").read_text("utf-8"))
    unlinked = {key: value for key, value in body.items() if key not in {"meta", "subject", "derivedFrom"}}
    sent = unlinked | ({"meta": request.param} if request.param else {})
    made = requests.post(f"{base}/Observation", json=sent, headers=FHIR, timeout=10)
    assert made.status_code == 201
    yield made.json()["id"]
    requests.delete(f"{base}/Observation/{made.json()['id']}", timeout=10)


@pytest.mark.usefixtures("mislabelled")
@pytest.mark.parametrize(
    ("role", "policies", "result", "gating"),
    [
        (Party.REPOSITORY, ("label",), "data", False),
        (Party.PRODUCER, (), "failed", False),
        (Party.PRODUCER, ("label",), "failed", True),
    ],
)
def test_a_label_in_the_wrong_place_is_found_out_in_data_that_others_wrote(
    played, role, policies, result, gating
):
    done = played("ai/stored-assisted.yaml", roles=(role,), policies=policies, gates=("r4",))
    (finding,) = (f for f in done.findings if f["requirement"] == "AIT-LBL-01")
    assert (finding["result"], finding["gating"]) == (result, gating)


def test_the_report_says_by_which_edition_and_policies_was_judged(played):
    done = played(
        "provenance/prediction-explained.yaml", gates=("r4", "ai-transparency@ballot"), policies=("label",)
    )
    assert "r4, ai-transparency@ballot; label required by policy; evidence" in judged_by(done.run)
