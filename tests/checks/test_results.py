"""`results` against the search oracle: what R4 leaves open is never a failure."""

import pytest
from staging import BASE, check, claiming, entry, observation, resource, search, searchset

from conformance.checks import judge
from conformance.checks import searchset as facts

PHOTO = {"resourceType": "DocumentReference", "id": "d1"}
OTHER = {"resourceType": "DocumentReference", "id": "d2"}
OF_PHOTO = {"derivedFrom": [{"reference": "DocumentReference/d1"}]}
OF_OTHER = {"derivedFrom": [{"reference": "DocumentReference/d2"}]}
ANNOTATION = observation("a", **OF_PHOTO)
SECOND = observation("b", **OF_PHOTO)
CONTROL = observation("c", **OF_OTHER)
STRANGER = observation("z", **OF_OTHER)
OWN = (
    resource("photo", PHOTO),
    resource("other", OTHER),
    resource("annotation", ANNOTATION),
    resource("second", SECOND),
    resource("control", CONTROL),
)
QUERY = [("derived-from", "DocumentReference/d1")]
SAID = "derived-from=DocumentReference%2Fd1"


def said(outcomes):
    return [outcome.result.value for outcome in outcomes]


def found(value, *listed, query=QUERY, says=SAID, own=OWN, claims=None, **members):
    body = searchset(*listed, said=says, **members)
    return judge(check("results", value), search(body, query, *own, claims=claims))


ALL = (entry(ANNOTATION), entry(SECOND))


@pytest.mark.parametrize(
    ("value", "listed", "results"),
    [
        ({"has": ["annotation"]}, ALL, ["held"]),
        ({"has": ["annotation", "second"]}, ALL, ["held", "held"]),
        ({"has": ["annotation"]}, (), ["failed"]),
        ({"has": ["annotation"]}, (entry(ANNOTATION, ""),), ["held"]),
        ({"has": ["annotation"]}, (entry(ANNOTATION, "include"),), ["failed"]),
        ({"has": ["control"]}, ALL, ["untested"]),
        ({"has": ["nobody"]}, ALL, ["untested"]),
        ({"lacks": ["control"]}, ALL, ["held"]),
        ({"lacks": ["control"]}, (*ALL, entry(CONTROL)), ["failed"]),
        ({"lacks": ["control"]}, (*ALL, entry(CONTROL, "include")), ["held"]),
        ({"lacks": ["annotation"]}, (), ["untested"]),
        ({"lacks": ["photo"]}, ALL, ["held"]),
        ({"lacks": ["photo"]}, (*ALL, entry(PHOTO, "include")), ["cannot-say"]),
        ({"lacks": ["photo"]}, (*ALL, entry(PHOTO)), ["failed"]),
        ({"only": ["annotation", "second"]}, ALL, ["held", "held", "held"]),
        ({"only": ["annotation", "second"]}, (*ALL, entry(STRANGER)), ["held", "held", "held"]),
        ({"only": ["annotation", "second"]}, (*ALL, entry(CONTROL)), ["held", "held", "failed"]),
        ({"only": ["annotation"]}, ALL, ["held", "untested", "held"]),
        ({"only": []}, (), ["held"]),
        ({"total": 2}, ALL, ["cannot-say"]),
    ],
)
def test_membership(value, listed, results):
    assert said(found(value, *listed)) == results


def test_a_missing_match_tells_what_it_is_and_why_it_belongs_there():
    (outcome,) = found({"has": ["annotation"]}, entry(SECOND))
    assert (outcome.about, outcome.expected, outcome.actual) == (
        "Observation/a",
        "Observation/a",
        ["Observation/b"],
    )
    asked = "Observation.derivedFrom is DocumentReference/d1; the query asks DocumentReference/d1"
    assert outcome.message == f"annotation (Observation/a) is not among the 1 match: {asked}"


def test_a_stray_match_is_told_by_its_entry():
    (outcome,) = found({"lacks": ["control"]}, *ALL, entry(CONTROL))
    assert outcome.at == "Bundle.entry[2]"
    assert outcome.message.startswith("control (Observation/c) was returned: Observation.derivedFrom is ")
    assert "; the query asks DocumentReference/d1" in outcome.message


@pytest.mark.parametrize(
    ("query", "says", "claims", "result"),
    [
        (QUERY, "", None, "cannot-say"),
        (QUERY, "", claiming("Observation", "derived-from"), "failed"),
        (QUERY, "derived-from=x", None, "failed"),
        ([("_id", "a")], "", None, "failed"),
        ([*QUERY, ("_count", "5")], SAID, None, "failed"),
        ([*QUERY, ("status", "preliminary")], SAID, None, "cannot-say"),
        (
            [("derived-from:DocumentReference._id", "d1")],
            "",
            claiming("Observation", "derived-from"),
            "cannot-say",
        ),
        (
            [("derived-from:DocumentReference._id", "d1")],
            "derived-from:DocumentReference._id=d1",
            None,
            "failed",
        ),
    ],
)
def test_a_miss_counts_only_where_the_server_says_that_it_used_the_parameters(query, says, claims, result):
    (outcome,) = found({"has": ["annotation"]}, query=query, says=says, claims=claims)
    assert outcome.result.value == result
    assert result != "cannot-say" or "does not say that it used" in outcome.message


def test_what_r4_leaves_to_the_server_cannot_be_said():
    coded = observation("a", code={"coding": [{"code": "ABC"}]})
    (outcome,) = found({"has": ["x"]}, query=[("code", "abc")], says="code=abc", own=(resource("x", coded),))
    assert outcome.result.value == "cannot-say"
    assert "R4 leaves it to the server whether x (Observation/a) matches" in outcome.message


def test_where_the_server_altered_what_was_sent_the_search_is_not_judged_as_well():
    altered = resource("annotation", ANNOTATION, received=CONTROL | {"id": "a"})
    for asked in ({"lacks": ["annotation"]}, {"has": ["annotation"]}):
        (outcome,) = found(asked, own=(altered,))
        assert outcome.result.value == "cannot-say"
        assert "differs from what was sent" in outcome.message


def test_a_deleted_resource_must_stay_away():
    gone = resource("annotation", ANNOTATION, deleted=True)
    assert said(found({"lacks": ["annotation"]}, *ALL, own=(gone,))) == ["failed"]
    assert said(found({"has": ["annotation"]}, own=(gone,))) == ["untested"]


@pytest.mark.parametrize(
    ("members", "query", "result"),
    [
        ({"total": 2}, QUERY, "held"),
        ({"total": 3}, QUERY, "failed"),
        ({"total": "2"}, QUERY, "failed"),
        ({"total": 3}, [*QUERY, ("_total", "estimate")], "cannot-say"),
        ({"total": 3}, [*QUERY, ("status", "final")], "cannot-say"),
        ({}, QUERY, "cannot-say"),
    ],
)
def test_total(members, query, result):
    assert said(found({"total": 2}, *ALL, query=query, **members)) == [result]


def test_no_page_may_hold_more_matches_than_were_asked_for():
    pages = [
        searchset(entry(ANNOTATION), entry(SECOND), entry(PHOTO, "include")),
        searchset(entry(ANNOTATION), entry(SECOND), entry(CONTROL)),
        searchset(),
    ]
    scene = search(pages[0], [("_count", "2")], *OWN, pages=pages)
    outcomes = judge(check("results", {"per-page": 2}), scene)
    assert [(o.at, o.actual, o.result.value) for o in outcomes] == [
        ("Bundle.entry", 2, "held"),
        ("Bundle.entry of page 2", 3, "failed"),
        ("Bundle.entry of page 3", 0, "held"),
    ]


INCLUDE = [*QUERY, ("_include", "Observation:derived-from")]
LISTED = claiming("Observation", "derived-from", include=["Observation:derived-from"])


@pytest.mark.parametrize(
    ("query", "listed", "claims", "result"),
    [
        (INCLUDE, (*ALL, entry(PHOTO, "include")), LISTED, "held"),
        (INCLUDE, (*ALL, entry(PHOTO, "include")), None, "held"),
        (INCLUDE, ALL, LISTED, "failed"),
        (INCLUDE, ALL, claiming("Observation", "derived-from", include=["*"]), "cannot-say"),
        (INCLUDE, ALL, claiming("Observation", "derived-from", include=["Observation:*"]), "failed"),
        ([*QUERY, ("_include", "*")], ALL, claiming("Observation", include=["*"]), "cannot-say"),
        (INCLUDE, ALL, claiming("Observation", "derived-from"), "cannot-say"),
        (INCLUDE, (), LISTED, "cannot-say"),
        (QUERY, ALL, LISTED, "cannot-say"),
        ([*QUERY, ("_include", "Observation:derived-from:Media")], ALL, LISTED, "cannot-say"),
    ],
)
def test_included(query, listed, claims, result):
    assert said(found({"included": ["photo"]}, *listed, query=query, claims=claims)) == [result]


def test_where_no_claim_can_be_read_the_self_link_tells_the_includes():
    says = f"{SAID}&_include=Observation%3Aderived-from"
    assert said(found({"included": ["photo"]}, *ALL, query=INCLUDE, says=says)) == ["failed"]


def test_what_refers_to_a_match_is_included_by_revinclude():
    origin = {"resourceType": "Provenance", "id": "p", "target": [{"reference": "Observation/a"}]}
    own = (*OWN, resource("origin", origin))
    query = [*QUERY, ("_revinclude", "Provenance:target")]
    claims = claiming("Observation", "derived-from", revinclude=["Provenance:target"])
    assert said(found({"included": ["origin"]}, *ALL, query=query, own=own, claims=claims)) == ["failed"]


DATED = [observation(f"t{day}", effectiveDateTime=f"2026-01-0{day}") for day in (1, 3, 5)]
DAYS = tuple(resource("days", body) for body in DATED)


@pytest.mark.parametrize(
    ("sort", "says", "order", "results"),
    [
        ("date", "_sort=date", (0, 1, 2), ["held"] * 3),
        ("date", "_sort=date", (1, 0, 2), ["failed", "held", "held"]),
        ("date", "_sort=date", (2, 0), ["failed"]),
        ("date", "_sort=date", (0,), ["untested"]),
        ("-date", "_sort=-date", (2, 1, 0), ["untested"] * 3),
        ("date", "", (2, 1, 0), ["cannot-say"]),
        ("status", "_sort=status", (2, 1, 0), ["cannot-say"]),
        (None, "", (0, 1, 2), ["untested"]),
    ],
)
def test_order(sort, says, order, results):
    query = [("_sort", sort)] if sort else []
    listed = [entry(DATED[index]) for index in order]
    assert said(found({"order": ["days"]}, *listed, query=query, says=says, own=DAYS)) == results


def test_an_answer_that_is_no_bundle_is_untested():
    scene = search(ANNOTATION, QUERY, *OWN)
    assert said(judge(check("results", {"has": ["annotation"]}), scene)) == ["untested"]


def test_a_walk_that_broke_off_is_untested():
    scene = search(searchset(), QUERY, *OWN, status=500)
    assert said(judge(check("results", {"has": ["annotation"]}), scene)) == ["untested"]


@pytest.mark.parametrize(
    ("mode", "type_", "counts"),
    [
        ("match", "Observation", True),
        ("match", "Media", True),
        ("include", "Observation", False),
        ("outcome", "OperationOutcome", False),
        ("", "Observation", True),
        ("", "Media", False),
        ("", "OperationOutcome", False),
    ],
)
def test_what_counts_as_a_match(mode, type_, counts):
    listed = facts.matches(searchset(entry({"resourceType": type_}, mode)), "Observation")
    assert bool(listed) == counts


def test_an_entry_is_known_by_its_resource_else_by_its_full_url():
    bundle = searchset(entry(ANNOTATION), {"fullUrl": f"{BASE}/Observation/q", "request": {}}, "no entry")
    assert [one.reference for one in facts.entries(bundle, BASE)] == ["Observation/a", "Observation/q"]


def test_the_self_link_is_decoded():
    bundle = searchset(said="code=a%7Cb&status=final%2Camended&empty=")
    expected = (("code", "a|b"), ("status", "final,amended"), ("empty", ""))
    assert facts.self_parameters(bundle) == expected
    assert facts.self_parameters({"resourceType": "Bundle"}) is None


def test_labels_are_read_with_their_repetitions():
    body = {
        "meta": {"security": [{"system": "s", "code": "c"}, {"code": "c"}, {"system": "s", "code": "c"}, 7]}
    }
    assert facts.coding_list(body, "security") == [("s", "c"), ("", "c"), ("s", "c")]
    assert facts.codings(body, "security", "tag") == {("s", "c"), ("", "c")}


def test_what_may_stand_on_a_page_that_was_not_read_is_not_said_to_be_missing():
    links = [
        {"relation": "self", "url": f"{BASE}/Observation?{SAID}"},
        {"relation": "next", "url": f"{BASE}/Observation?page=2"},
    ]
    (outcome,) = found({"has": ["second"]}, entry(ANNOTATION), link=links)
    assert outcome.result.value == "cannot-say"
    assert "may be on a page that was not read" in outcome.message


def test_a_scenario_that_contradicts_r4_is_told_by_the_parameter_under_test_and_what_to_do():
    query = [("patient", "Patient/p"), *QUERY]
    own = (*OWN[:2], resource("annotation", {**ANNOTATION, "subject": {"reference": "Patient/p"}}))
    (outcome,) = found({"lacks": ["annotation"]}, query=query, own=own, says=f"patient=Patient/p&{SAID}")
    assert outcome.message.startswith("the scenario expects annotation (Observation/a) away, but R4 says")
    assert "Observation.derivedFrom is DocumentReference/d1" in outcome.message
    assert outcome.hint == "if this scenario is yours, mend its fixture or its query"
