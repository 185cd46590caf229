"""What shapes an answer: order, what comes along, what is cut; chains and `_has`."""

from __future__ import annotations

import pytest

from conformance.server.search import Refused

LABELS = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"


def patient(id_, **elements):
    return {"resourceType": "Patient", "id": id_} | elements


def obs(id_, **elements):
    return {"resourceType": "Observation", "id": id_, "status": "final", "code": {"text": "a"}} | elements


def to(*references):
    return [{"reference": reference} for reference in references]


def included(world, search):
    return sorted(world.ids(search, mode="include"))


@pytest.fixture
def dated(world):
    return world.put(
        obs("b", effectiveDateTime="2021-02-01", code={"coding": [{"code": "x"}]}),
        obs("none", code={"text": "z"}),
        obs("c", effectiveDateTime="2021-03-01", code={"coding": [{"code": "y"}]}),
        obs(
            "a",
            effectivePeriod={"start": "2021-01-01", "end": "2021-04-01"},
            code={"coding": [{"code": "x"}]},
        ),
    )


def test_sorting_goes_by_the_earliest_value_and_puts_the_missing_last(dated):
    assert dated.ids("Observation?_sort=date") == ["a", "b", "c", "none"]


def test_descending_goes_by_the_latest_value(dated):
    assert dated.ids("Observation?_sort=-date") == ["a", "c", "b", "none"]


def test_the_second_key_decides_where_the_first_does_not(dated):
    assert dated.ids("Observation?_sort=code,-date") == ["a", "b", "c", "none"]
    assert dated.ids("Observation?_sort=-code,date") == ["none", "c", "a", "b"]


def test_strings_sort_without_their_case(world):
    world.put(*(patient(n, name=[{"family": f}]) for n, f in [("1", "beta"), ("2", "Alpha"), ("3", "Gamma")]))
    assert world.ids("Patient?_sort=family") == ["2", "1", "3"]
    assert world.ids("Patient?_sort=-family") == ["3", "1", "2"]


@pytest.fixture
def graph(world):
    media = {"resourceType": "Media", "id": "m1", "subject": {"reference": "Patient/p1"}}
    return world.put(
        patient("p1", managingOrganization={"reference": "Organization/o1"}),
        {"resourceType": "Organization", "id": "o1", "name": "Clinic"},
        media,
        obs("a", subject={"reference": "Patient/p1"}, derivedFrom=to("Media/m1", "Media/gone")),
        obs("b", subject={"reference": "Patient/p1"}, derivedFrom=to("Observation/a")),
        {"resourceType": "Provenance", "id": "v1", "target": to("Observation/a")},
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("_include=Observation:derived-from", ["m1"]),
        ("_include=Observation:derived-from:Media", ["m1"]),
        ("_include=Observation:derived-from:Observation", []),
        ("_include=Observation:subject&_include=Observation:derived-from", ["m1", "p1"]),
        ("_include=*", ["m1", "p1"]),
        ("_include=Observation:*", ["m1", "p1"]),
        ("_revinclude=Provenance:target", ["v1"]),
        ("_revinclude=Observation:derived-from", ["b"]),
        ("_include=Observation:subject&_include=Patient:organization", ["p1"]),
        ("_include=Observation:subject&_include:iterate=Patient:organization", ["o1", "p1"]),
    ],
)
def test_what_comes_along_with_one_match(graph, query, expected):
    assert included(graph, f"Observation?_id=a&{query}") == expected


def test_canonical_references_are_followed_by_url(world):
    questionnaire = {"resourceType": "Questionnaire", "id": "q", "url": "http://e/q", "title": "Skin"}
    response = {"resourceType": "QuestionnaireResponse", "id": "r", "questionnaire": "http://e/q|2"}
    world.put(questionnaire, response)
    assert included(world, "QuestionnaireResponse?_include=QuestionnaireResponse:questionnaire") == ["q"]
    assert included(world, "Questionnaire?_revinclude=QuestionnaireResponse:questionnaire") == ["r"]
    assert world.ids("QuestionnaireResponse?questionnaire.title=skin") == ["r"]
    assert world.ids("QuestionnaireResponse?questionnaire=http://e/q") == ["r"]
    assert world.ids("QuestionnaireResponse?questionnaire=http://e/q|3") == []
    assert world.ids("Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=r") == ["q"]


def test_iteration_ends_where_references_go_round(world):
    world.put(obs("a", hasMember=to("Observation/b")), obs("b", hasMember=to("Observation/a")))
    assert included(world, "Observation?_id=a&_include:iterate=Observation:has-member") == ["b"]


def test_what_comes_along_is_not_counted(graph):
    bundle = graph.bundle("Observation?_id=a&_include=*&_count=1")
    assert (bundle["total"], len(bundle["entry"])) == (1, 3)


def test_every_page_brings_what_belongs_to_its_own_matches(graph):
    assert included(graph, "Observation?_count=1&_include=Observation:derived-from:Media") == ["m1"]
    assert included(graph, "Observation?_count=1&_offset=1&_include=Observation:derived-from:Media") == []


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("Observation?derived-from:Media.subject=Patient/p1", ["a"]),
        ("Observation?derived-from.subject:Patient.organization.name=clin", ["a", "b"]),
        ("Observation?patient.organization=o1", ["a", "b"]),
        ("Patient?_has:Observation:patient:_id=a", ["p1"]),
        ("Patient?_has:Observation:patient:_id=z", []),
        ("Patient?_has:Observation:patient:_has:Provenance:target:_id=v1", ["p1"]),
        ("Observation?_has:Provenance:target:_id=v1", ["a"]),
        ("Observation?patient._has:Media:subject:_id=m1", ["a", "b"]),
    ],
)
def test_chains_reach_over_one_or_more_references(graph, search, expected):
    assert graph.ids(search) == expected


def test_chained_terms_are_each_met_by_any_target(world):
    world.put(patient("p", name=[{"given": ["Joe"]}]), patient("q", name=[{"given": ["Jane"]}]))
    world.put(obs("a", performer=to("Patient/p", "Patient/q")))
    assert world.ids("Observation?performer:Patient.given=joe&performer:Patient.given=jane") == ["a"]


def test_a_chain_that_is_too_long_is_refused(world):
    with pytest.raises(Refused) as refused:
        world.bundle("Provenance?entity.subject.subject.subject.subject._id=1")
    assert refused.value.code == "too-costly"
    assert world.bundle("Provenance?entity.subject.subject.subject._id=1")["total"] == 0


def tags(resource):
    return [tag["code"] for tag in resource.get("meta", {}).get("tag", [])]


@pytest.fixture
def annotated(world):
    return world.put(
        obs(
            "a",
            text={"status": "generated", "div": "<div>x</div>"},
            valueString="v",
            note=[{"text": "n"}],
            subject={"reference": "Patient/p"},
        )
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("_elements=subject", {"subject", "status", "code"}),
        ("_elements=value", {"valueString", "status", "code"}),
        ("_summary=text", {"text", "status", "code"}),
        ("_summary=data", {"valueString", "note", "subject", "status", "code"}),
    ],
)
def test_a_cut_resource_keeps_what_is_mandatory_and_says_that_it_is_cut(annotated, query, names):
    resource = annotated.bundle(f"Observation?{query}")["entry"][0]["resource"]
    assert set(resource) == names | {"resourceType", "id", "meta"}
    assert tags(resource) == ["SUBSETTED"]


def test_the_summary_has_no_narrative_and_says_that_it_is_cut(annotated):
    resource = annotated.bundle("Observation?_summary=true")["entry"][0]["resource"]
    assert "text" not in resource
    assert {"status", "code", "valueString"} <= set(resource)
    assert tags(resource) == ["SUBSETTED"]


def test_cutting_leaves_the_stored_resource_as_it_is(annotated):
    annotated.bundle("Observation?_elements=subject")
    assert tags(annotated.get("Observation", "a").body) == []
    assert "text" in annotated.bundle("Observation?_summary=false")["entry"][0]["resource"]


def test_what_belongs_to_a_primitive_goes_with_it(world):
    absent = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason"}]}
    world.put(patient("p", _birthDate=absent, gender="female", text={"status": "generated"}))
    resource = world.bundle("Patient?_elements=birthDate")["entry"][0]["resource"]
    assert set(resource) == {"resourceType", "id", "meta", "_birthDate"}
    assert "_birthDate" in world.bundle("Patient?_summary=data")["entry"][0]["resource"]
    assert world.ids("Patient?birthdate:missing=true") == ["p"]


def test_elements_do_not_apply_to_what_comes_along(graph):
    bundle = graph.bundle("Observation?_id=a&_elements=status&_include=Observation:subject")
    along = next(e["resource"] for e in bundle["entry"] if e["search"]["mode"] == "include")
    assert along == graph.get("Patient", "p1").body


def test_a_changed_resource_is_found_by_what_it_says_now(world):
    world.put(patient("p", name=[{"family": "Old"}]))
    assert world.ids("Patient?family=old") == ["p"]
    world.put(patient("p", name=[{"family": "New"}]))
    assert (world.ids("Patient?family=old"), world.ids("Patient?family=new")) == ([], ["p"])
