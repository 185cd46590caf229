"""What is judged of every search unasked: the Bundle, its pages, and our own resources' places in it."""

from collections import Counter

import pytest
from answers import BASE, claims, sent

from conformance.capability import Capability
from conformance.checks.scene import Scene
from conformance.judge.builtin_search import judge_search
from conformance.judge.paging import Next
from conformance.judge.stage import merged
from conformance.model import Resource

FINAL = {"resourceType": "Observation", "id": "final", "status": "final"}
OTHER = {"resourceType": "Observation", "id": "other", "status": "amended"}
ASKED = (("status", "final"),)
KNOWN = claims("search-type", searchParam=[{"name": "status", "type": "token"}])


def entry(body, mode="match", url=None):
    return {
        "fullUrl": url or f"{BASE}/{body['resourceType']}/{body['id']}",
        "resource": body,
        "search": {"mode": mode},
    }


def bundle(*entries, link=f"{BASE}/Observation?status=final", **more):
    links = [{"relation": "self", "url": link}] if link else []
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": list(entries), **more}


def judged(*pages, query=ASKED, known=KNOWN, named=frozenset(), walked=True, broken="", status=200):
    """Return (rule, result) → how often."""
    own = {
        f"Observation/{body['id']}": Resource(
            name=body["id"], reference=f"Observation/{body['id']}", sent=body, received=body
        )
        for body in (FINAL, OTHER)
    }
    scene = Scene(
        verb="search",
        type="Observation",
        base=BASE,
        exchanges=tuple(sent(status, page).exchange for page in pages),
        pages=pages,
        body=merged(pages),
        query=query,
        own=own,
        names={r.name: (r,) for r in own.values()},
        claims=known,
    )
    left = Next(url="" if walked else f"{BASE}?page=2", wrong=broken)
    found = judge_search(scene, named, walk=left)
    return Counter((one.rule.split(":")[1], one.outcome.result.value) for one in found)


def test_a_good_answer_holds_throughout():
    found = judged(bundle(entry(FINAL)))
    assert {result for _, result in found} == {"held"}
    assert {rule for rule, _ in found} >= {"search", "self-link", "recall", "precision", "declared"}


def test_what_matches_and_is_missing_fails_recall():
    assert judged(bundle())["recall", "failed"] == 1
    # With more pages to come nothing is missing yet.
    assert judged(bundle(), walked=False)["recall", "failed"] == 0


def test_what_does_not_match_and_is_there_fails_precision():
    assert judged(bundle(entry(FINAL), entry(OTHER)))["precision", "failed"] == 1


@pytest.mark.parametrize("mode", ["include", "outcome"])
def test_what_is_no_match_is_judged_by_no_search(mode):
    assert judged(bundle(entry(FINAL), entry(OTHER, mode)))["precision", "failed"] == 0


def test_the_same_id_on_another_server_is_another_resource():
    stranger = entry(OTHER, url=stranger_of("other"))
    assert judged(bundle(entry(FINAL), stranger))["precision", "failed"] == 0
    # It may also be the same server under another address, as behind a proxy: nothing is missing for certain.
    assert "recall" not in {rule for rule, _ in judged(bundle(entry(FINAL, url=stranger_of("final"))))}


def stranger_of(id_):
    return f"https://elsewhere.example/fhir/Observation/{id_}"


def test_a_chain_that_is_ignored_breaks_no_claim():
    # A claim says nothing of chains, and what R4 lets a server ignore the self link leaves out.
    known = claims(
        "search-type",
        searchParam=[{"name": "status", "type": "token"}, {"name": "derived-from", "type": "reference"}],
    )
    chain = ("derived-from:DocumentReference.patient", "Patient/1")
    found = judged(bundle(entry(FINAL), entry(OTHER, "include")), query=(*ASKED, chain), known=known)
    assert found["declared", "failed"] == 0


def test_a_claim_is_broken_only_by_what_the_dropped_parameter_would_have_kept_away():
    known = claims(
        "search-type",
        searchParam=[{"name": "status", "type": "token"}, {"name": "subject", "type": "reference"}],
    )
    renamed = bundle(entry(FINAL), entry(OTHER), link=f"{BASE}/Observation?status=final")
    found = judged(renamed, query=(*ASKED, ("subject:missing", "true")), known=known)
    assert found["declared", "failed"] == 0


def test_a_parameter_that_the_server_neither_claims_nor_names_cannot_be_judged():
    found = judged(bundle(entry(OTHER), link=f"{BASE}/Observation"), known=Capability())
    assert (found["recall", "cannot-say"], found["precision", "cannot-say"]) == (1, 1)
    assert not [key for key in found if key[1] == "failed"]


def test_a_claimed_parameter_that_the_self_link_leaves_out_breaks_the_claim():
    found = judged(bundle(entry(FINAL), entry(OTHER), link=f"{BASE}/Observation"))
    assert found["declared", "failed"] == 1


def test_a_missing_self_link():
    assert judged(bundle(entry(FINAL), link=""))["self-link", "failed"] == 1


@pytest.mark.parametrize(
    ("link", "result"),
    [
        (f"{BASE}/Patient?name=x", "failed"),
        (f"{BASE}/Patient/_search?name=x", "failed"),
        (f"{BASE}/Observation/_search?status=final", "held"),
        ("https://known.otherwise.example/r4/Patient/1/Observation?status=final", "held"),
        ("https://known.otherwise.example/FHIR?page=opaque", "held"),
        ("Observation?status=final", "held"),
        ("http://[::1/x", "held"),
    ],
)
def test_a_self_link_is_that_of_this_search(link, result):
    assert judged(bundle(entry(FINAL), link=link))["self-link", result] == 1


def test_what_a_bundle_lacks_that_is_marked_as_cut_short_is_not_held_against_it():
    marked = {"meta": {"tag": [{"system": "http://example.org/marks", "code": "SUBSETTED"}]}}
    assert judged(bundle(link="", total=1, **marked))["self-link", "not-asked"] == 1
    # The mark excuses what is not there; what is there holds as in any other.
    assert judged(bundle(entry(FINAL), **marked))["self-link", "held"] == 1


def test_a_check_of_its_own_takes_the_place_of_the_automatic_one():
    found = judged(bundle(), named=frozenset({"Observation/final"}))
    assert ("recall", "failed") not in found


@pytest.mark.parametrize("query", [(*ASKED, ("_count", "0")), (*ASKED, ("_summary", "count"))])
def test_who_asks_for_the_count_alone_misses_no_entry(query):
    assert not [key for key in judged(bundle(), query=query) if key[0] in {"recall", "precision"}]


def test_a_value_that_the_specification_leaves_open_is_not_judged():
    # R4 search.html#token: whether case matters may be the server's choice.
    for entries in ([], [entry(FINAL)]):
        found = judged(bundle(*entries), query=(("status", "FINAL"),))
        assert ("recall", "failed") not in found


def test_pages_hold_no_more_than_was_asked_for():
    two = bundle(entry(FINAL), entry(OTHER), link=f"{BASE}/Observation?_count=1")
    assert judged(two, query=(("_count", "1"),))["per-page", "failed"] == 1
    fewer = bundle(entry(FINAL), link=f"{BASE}/Observation?_count=5")
    assert judged(fewer, query=(("_count", "5"),))["per-page", "held"] == 1
    included = bundle(entry(FINAL), entry(OTHER, "include"), link=f"{BASE}/Observation?_count=1")
    assert judged(included, query=(("_count", "1"),))["per-page", "held"] == 1


def test_the_same_resource_twice_on_a_page():
    assert judged(bundle(entry(FINAL), entry(FINAL)))["twice-on-a-page", "failed"] == 1
    older = {**FINAL, "meta": {"versionId": "1"}}
    newer = {**FINAL, "meta": {"versionId": "2"}}
    assert judged(bundle(entry(older), entry(newer)))["twice-on-a-page", "held"] == 1


def test_the_same_resource_on_two_pages():
    assert judged(bundle(entry(FINAL)), bundle(entry(FINAL)))["over-pages", "failed"] == 1
    assert judged(bundle(entry(FINAL)), bundle())["over-pages", "held"] == 1


def test_a_walk():
    assert judged(bundle(entry(FINAL)), bundle())["walk", "held"] == 1
    found = judged(bundle(entry(FINAL)), walked=False, broken="the next link leads to another host")
    assert found["walk", "failed"] == 1
    assert ("walk", "held") not in judged(bundle(entry(FINAL)))


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {"resourceType": "OperationOutcome"},
        {"resourceType": "Bundle", "type": "collection"},
        {"resourceType": ["Bundle"], "type": {"a": 1}},
    ],
)
def test_what_is_no_searchset_is_told_and_nothing_else_is_judged(body):
    assert judged(body) == {("search", "failed"): 1}


def test_a_refused_search_is_not_judged_here():
    assert judged(bundle(), status=400) == {}


@pytest.mark.parametrize(
    "entries",
    [None, {}, "x", [None, 5, "x", []], [{"resource": 5}], [{"resource": {"resourceType": [], "id": {}}}]],
)
def test_entries_of_any_shape_can_be_judged(entries):
    found = judged({**bundle(), "entry": entries})
    assert found["recall", "failed"] == 1


@pytest.mark.parametrize(
    "link", [None, {}, "x", [None, 5], [{"relation": "self"}], [{"relation": 5, "url": []}]]
)
def test_links_of_any_shape_can_be_judged(link):
    assert judged({**bundle(entry(FINAL)), "link": link})["search", "held"] == 1


def test_a_link_to_another_host_is_lawful_and_not_followed():
    # R4-PAGE-02: links are opaque; what lies elsewhere cannot be said to be missing.
    left = Next(wrong="the next link leads to another host: http://other/page", foreign=True)
    scene = Scene(
        verb="search",
        type="Observation",
        base=BASE,
        exchanges=(sent(200, bundle()).exchange,),
        pages=(bundle(),),
        body=bundle(),
        query=ASKED,
        claims=KNOWN,
    )
    found = {(one.rule, one.outcome.result.value) for one in judge_search(scene, frozenset(), walk=left)}
    assert ("built-in:walk", "untested") in found
    assert not {result for _, result in found} & {"failed"}
