"""The way from an image to its annotation: what is wrong is told at its step, in the right words."""

import pytest

from conformance.server.imaging.behaviour import Imaging
from conformance.server.variations.imaging import NoStudyRead

STUDY = "pipeline/from-study.yaml"
ALL = (STUDY, "pipeline/from-photo.yaml", "pipeline/from-media.yaml")


class Elsewhere(Imaging):
    """Endpoints are on another host."""

    def point(self, endpoint):
        return {**endpoint, "address": "https://archive.example.org/wado"}


class Forgetful(NoStudyRead):
    """Finds a study once, and can read none."""

    def __init__(self):
        super().__init__()
        self.searches = 0

    def searched(self, permitted, every):
        self.searches += 1
        return super().searched(permitted, every) if self.searches == 1 else []


def failed(done):
    return {(f["step"], f["requirement"]): f for f in done.findings if f["result"] == "failed"}


def test_it_is_gone_to_its_end_by_a_study_a_photograph_and_a_media_resource(played):
    done = played(*ALL)
    assert done.verdicts == {f"imaging/{name.removesuffix('.yaml')}": "pass" for name in ALL}
    assert (done.verdict, done.exit) == ("partial", 0)
    assert done.rejudged == []


@pytest.mark.parametrize(
    ("fault", "step", "rule", "said"),
    [
        ("pixels-of-other-patient", 2, "SIA-TOK-03", ("part 1", "patient MRN-1002")),
        ("pixels-of-other-patient", 2, "WADO-06", ("patient", "'MRN-1001'", "'MRN-1002'")),
        ("links-lead-nowhere", 5, "DERM-ANN-04", ("derivedFrom",)),
        ("pixels-gone", 2, "SIA-WAD-02", ("200", "410")),
        ("study-uid-in-file-differs", 2, "SIA-WAD-02", ("part 1, study", "'2.25.99'")),
        ("image-of-other-study", 2, "SIA-WAD-02", ("part 1, study",)),
    ],
)
def test_what_is_wrong_is_told_at_its_step(played, fault, step, rule, said):
    done = played(STUDY, fault=fault)
    found = failed(done)
    assert (step, rule) in found
    assert min(found)[0] == step
    assert all(word in found[step, rule]["message"] for word in said), found[step, rule]["message"]
    assert done.exit == 1
    assert done.rejudged == []


def test_an_expired_token_is_no_fault_of_the_server(played):
    done = played(STUDY, tokens={"patient-a": "demo-expired"})
    assert done.exit == 4
    assert done.kinds == {"auth"}
    assert "not permitted with 401" in done.told


def test_an_endpoint_on_another_host_is_not_followed_and_nothing_of_it_is_held_against_the_server(played):
    done = played(STUDY, overriding=Elsewhere)
    assert done.exit == 3
    (reason,) = {e["because"] for e in done.events("not-reached") if e["step"] == 2}
    assert reason.startswith("archive.example.org:443 is no host of the target's settings")
    asked = {e["request"]["url"] for e in done.events("exchange")}
    assert not any("archive.example.org" in url for url in asked)
    assert done.rejudged == []


def found_again(done):
    """Return what came of reading the study that an annotation names, and of searching for it."""
    told = [f for f in done.findings if f["requirement"] == "WADO-01" and isinstance(f["check"], int)]
    return [f["result"] for f in sorted(told, key=lambda f: f["step"])][1:]


def test_a_study_that_cannot_be_read_is_found_by_its_uid(played):
    done = played(STUDY, overriding=NoStudyRead)
    assert (done.exit, found_again(done)) == (0, ["not-asked", "held"])
    assert done.rejudged == []


def test_a_study_that_can_be_read_need_not_be_searched_for(played):
    assert found_again(played(STUDY)) == ["held", "not-asked"]


def test_a_study_that_can_neither_be_read_nor_found_any_more_is_missed(played):
    done = played(STUDY, overriding=Forgetful)
    assert found_again(done) == ["not-asked", "failed"]


@pytest.mark.parametrize("generation", ["G0", "G1", "G2", "G3"])
def test_an_honest_server_of_each_generation_holds_what_is_asked_of_it(played, generation):
    done = played("access", "pixels", generation=generation)
    told = {n: v for n, v in done.verdicts.items() if v not in {"pass", "skip"}}
    assert told == {}
    assert (done.verdict, done.exit) == ("partial", 0)
    assert done.rejudged == []


class Unguarded(Imaging):
    """Sends whatever is retrieved to anybody."""

    def guards(self, door):
        return door in {"search", "read"}


def test_who_claims_smart_imaging_access_has_to_ask_for_a_token_before_pixels(played):
    done = played("access/every-form-asks.yaml", "pixels/nobody.yaml", overriding=Unguarded)
    told = {
        rule: {f["result"] for f in done.findings if f["requirement"] == rule}
        for rule in ("SIA-WAD-05", "WADO-12")
    }
    assert "failed" in told["SIA-WAD-05"]
    assert told["WADO-12"] == {"not-asked"}
    assert done.exit == 1
