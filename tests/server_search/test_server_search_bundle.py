"""The searchset: links, pages, totals, modes, outcomes and what is refused."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from conformance.server.search import Refused


def patient(id_, **elements):
    return {"resourceType": "Patient", "id": id_} | elements


def obs(id_, **elements):
    return {"resourceType": "Observation", "id": id_, "status": "final", "code": {"text": "a"}} | elements


def links(bundle):
    return {link["relation"]: link["url"] for link in bundle.get("link", [])}


def ids(bundle, mode="match"):
    return [e["resource"].get("id") for e in bundle.get("entry", []) if e["search"]["mode"] == mode]


def follow(url):
    parts = urlsplit(url)
    return f"{parts.path.rpartition('/')[2]}?{parts.query}"


def walk(world, search):
    pages = [world.bundle(search)]
    while "next" in links(pages[-1]):
        pages.append(world.bundle(follow(links(pages[-1])["next"])))
    return pages


@pytest.fixture
def seven(world):
    return world.put(*(patient(f"p{n}", name=[{"family": f"Fam{n}"}]) for n in range(7)))


def test_a_search_answers_with_a_searchset_whose_entries_have_url_and_mode(seven):
    bundle = seven.bundle("Patient?_id=p3")
    assert (bundle["resourceType"], bundle["type"], bundle["total"]) == ("Bundle", "searchset", 1)
    assert [(e["fullUrl"], e["search"]["mode"]) for e in bundle["entry"]] == [
        ("http://s/fhir/Patient/p3", "match")
    ]


def test_nothing_found_is_an_empty_searchset_without_entries(seven):
    bundle = seven.bundle("Patient?_id=nobody")
    assert bundle["total"] == 0
    assert "entry" not in bundle


def test_ids_are_exact_and_have_their_case(seven):
    assert seven.ids("Patient?_id=P3") == []
    assert seven.ids("Patient?_id=p3,p5") == ["p3", "p5"]


def test_a_walk_over_next_shows_every_match_once_and_no_page_exceeds_count(seven):
    pages = walk(seven, "Patient?name=fam&_count=3")
    assert [ids(page) for page in pages] == [["p0", "p1", "p2"], ["p3", "p4", "p5"], ["p6"]]
    assert {page["total"] for page in pages} == {7}


def test_every_page_links_to_its_neighbours_and_the_filters_stay(seven):
    middle = links(walk(seven, "Patient?name=fam&_count=3")[1])
    assert set(middle) == {"self", "first", "previous", "next", "last"}
    assert all(parse_qs(urlsplit(url).query)["name"] == ["fam"] for url in middle.values())
    assert ids(seven.bundle(follow(middle["first"]))) == ["p0", "p1", "p2"]
    assert ids(seven.bundle(follow(middle["previous"]))) == ["p0", "p1", "p2"]
    assert ids(seven.bundle(follow(middle["last"]))) == ["p6"]


def test_one_page_needs_no_link_but_self(seven):
    assert set(links(seven.bundle("Patient?_count=7"))) == {"self"}


def test_a_page_beyond_the_end_is_empty_and_still_leads_back(seven):
    bundle = seven.bundle("Patient?_count=3&_offset=9")
    assert "entry" not in bundle
    assert "next" not in links(bundle)
    assert ids(seven.bundle(follow(links(bundle)["previous"]))) == ["p6"]


@pytest.mark.parametrize("query", ["_count=0", "_summary=count"])
def test_counting_shows_the_total_and_nothing_else(seven, query):
    bundle = seven.bundle(f"Patient?{query}")
    assert bundle["total"] == 7
    assert "entry" not in bundle
    assert set(links(bundle)) == {"self"}


def test_total_none_leaves_the_total_out(seven):
    assert "total" not in seven.bundle("Patient?_total=none")
    assert seven.bundle("Patient?_total=accurate")["total"] == 7


def test_the_self_link_names_what_was_used_and_not_what_was_ignored(seven):
    bundle = seven.bundle("Patient?name=fam&nosuch=1&given=&_sort=-family")
    used = parse_qsl(urlsplit(links(bundle)["self"]).query)
    assert used == [("name", "fam"), ("_sort", "-family")]


def test_the_self_link_carries_characters_that_urls_need_escaped(world):
    world.put(obs("a", code={"coding": [{"system": "http://x", "code": "b&c"}]}))
    bundle = world.bundle("Observation?code=http://x%7Cb%26c")
    assert ids(bundle) == ["a"]
    assert parse_qsl(urlsplit(links(bundle)["self"]).query) == [("code", "http://x|b&c")]


def test_an_ignored_parameter_is_told_as_a_warning_in_an_outcome_entry(seven):
    last = seven.bundle("Patient?nosuch=1")["entry"][-1]
    assert last["search"]["mode"] == "outcome"
    assert last["fullUrl"].startswith("urn:uuid:")
    assert {issue["severity"] for issue in last["resource"]["issue"]} == {"warning"}
    assert "nosuch" in last["resource"]["issue"][0]["diagnostics"]


def test_an_outcome_entry_is_not_counted(seven):
    assert seven.bundle("Patient?nosuch=1")["total"] == 7


@pytest.mark.parametrize(
    "query",
    [
        "nosuch=1",
        "_text=skin",
        "_content=skin",
        "_sort=nosuch",
        "_include=Patient:nosuch",
        "_contained=true",
        "name.family=x",
        "general-practitioner.nosuch=x",
        "_has:Observation:nosuch:code=x",
        "_has:Nosuch:patient:code=x",
        "_type=Observation",
    ],
)
def test_what_is_not_supported_is_ignored_or_on_request_refused(seven, query):
    bundle = seven.bundle(f"Patient?{query}")
    assert len(ids(bundle)) == 7
    assert parse_qsl(urlsplit(links(bundle)["self"]).query) == []
    with pytest.raises(Refused) as refused:
        seven.bundle(f"Patient?{query}", strict=True)
    assert refused.value.code == "not-supported"


@pytest.mark.parametrize(
    "search",
    [
        "Observation?code:nosuch=x",
        "Observation?code:exact=x",
        "Observation?code:in=http://set",
        "Observation?code:below=x",
        "Observation?status:text=x",
        "Observation?status:of-type=s|c|v",
        "Observation?date:exact=2020",
        "Observation?subject:Nosuch=1",
        "Observation?derived-from:Patient=1",
        "Observation?derived-from:below=Media/1",
        "Observation?component-code-value-quantity:missing=true",
        "Observation?subject:Patient.name:nosuch=x",
        "Patient?_has:Observation:patient:code:nosuch=x",
        "Patient?_include:recurse=Patient:link",
        "Patient?_count:exact=1",
        "Patient?_query=nosuch",
    ],
)
def test_a_modifier_or_query_that_is_not_supported_is_refused(world, search):
    with pytest.raises(Refused) as refused:
        world.bundle(search)
    assert (refused.value.status, refused.value.code) == (400, "not-supported")
    assert refused.value.parameter == search.partition("?")[2].partition("=")[0]


@pytest.mark.parametrize(
    "search",
    [
        "Observation?date=garbage",
        "Observation?date=2020-13",
        "Observation?date=2020-02-30",
        "Observation?date=2020-06-15T25:00Z",
        "Observation?date=ge",
        "Observation?date=2020,garbage",
        "Observation?value-quantity=abc",
        "Observation?code=%7C",
        "Observation?value-quantity=5|mg",
        "Observation?code=a%7Cb%7Cc",
        "Observation?code=a%5Cb",
        "Observation?code:missing=maybe",
        "Observation?code:missing=true,false",
        "Observation?component-code-value-quantity=A",
        "Observation?component-code-value-quantity=A$x",
        "Observation?derived-from:Media=DocumentReference/1",
        "Observation?subject:Patient.birthdate=soon",
        "Patient?identifier:of-type=a%7Cb",
        "Patient?_count=-1",
        "Patient?_count=many",
        "Patient?_summary=some",
        "Patient?_total=all",
        "Patient?_include=Patient",
        "Patient?_has:Observation:patient=x",
        "Patient?_summary=text&_include=Patient:link",
        "?_type=Nosuch",
    ],
)
def test_a_value_that_is_written_wrongly_is_refused(world, search):
    with pytest.raises(Refused) as refused:
        world.bundle(search)
    assert refused.value.status == 400
    assert refused.value.code in {"value", "invalid"}


def test_an_unknown_subject_is_no_error(seven):
    seven.put(obs("a", subject={"reference": "Patient/p1"}))
    assert seven.bundle("Observation?subject=Patient/nobody")["total"] == 0


def test_conditional_interactions_do_not_ignore_a_parameter(seven):
    assert [r.id for r in seven.searcher.matches("Patient", [("name", "fam3")])] == ["p3"]
    with pytest.raises(Refused):
        seven.searcher.matches("Patient", [("nosuch", "1")])


def test_a_search_over_all_types_uses_base_parameters_and_type(seven):
    seven.put(obs("p1"))
    assert seven.ids("?_id=p1") == ["p1", "p1"]
    assert seven.ids("?_type=Observation&_id=p1") == ["p1"]
    assert seven.bundle("?_type=Patient,Observation&_summary=count")["total"] == 8
    assert links(seven.bundle("?_type=Observation"))["self"] == "http://s/fhir?_type=Observation"


def test_a_search_over_all_types_ignores_what_not_all_of_them_have(seven):
    seven.put(obs("o", code={"coding": [{"code": "c"}]}))
    bundle = seven.bundle("?_type=Patient,Observation&code=c")
    assert bundle["total"] == 8
    assert len(ids(bundle, "outcome")) == 1


def test_what_is_not_supported_is_told_with_the_nearest_name(world):
    with pytest.raises(
        Refused, match=r"'patien=1' is not supported for Observation; did you mean 'patient'\?"
    ):
        world.bundle("Observation?patien=1", strict=True)
    with pytest.raises(
        Refused, match=r"The modifier ':mising' is not supported here; did you mean 'missing'\?"
    ):
        world.bundle("Observation?code:mising=true")
