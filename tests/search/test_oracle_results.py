"""What comes along with the matches, and in which order they must stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.search import World, included, misplaced, order

BASE = "http://s/fhir"


def finding(id_, **elements):
    return {"resourceType": "Observation", "id": id_, "status": "final", **elements}


def media(id_):
    return {"resourceType": "Media", "id": id_, "status": "completed"}


def world(*resources, closed=False):
    known = {f"{one['resourceType']}/{one['id']}": one for one in resources}
    return World(base=BASE, resources=known, closed=closed)


BOTH = finding(
    "a",
    derivedFrom=[{"reference": "Media/m"}, {"reference": "Media/gone"}],
    subject={"reference": "Patient/p"},
)
PATIENT = {"resourceType": "Patient", "id": "p"}
KNOWN = world(BOTH, media("m"), PATIENT)


def brought(query, matches=(BOTH,), known=KNOWN):
    found = included(query, matches, known)
    return set(found.must), set(found.may), set(found.open)


def test_a_known_target_must_come_along_and_an_unknown_one_may():
    assert brought([("_include", "Observation:derived-from")]) == ({"Media/m"}, {"Media/gone"}, set())


def test_includes_add_up():
    query = [("_include", "Observation:derived-from"), ("_include", "Observation:subject:Patient")]
    assert brought(query)[0] == {"Media/m", "Patient/p"}


def test_the_target_type_restricts():
    assert brought([("_include", "Observation:subject:Group")]) == (set(), set(), set())


def test_only_matches_of_the_source_type_bring_something():
    assert brought([("_include", "Media:subject")]) == (set(), set(), set())


def test_a_match_is_not_also_an_include():
    query = [("_include", "Observation:derived-from")]
    assert brought(query, (BOTH, media("m")))[0] == set()


def test_a_versioned_target_may_come_in_that_version():
    versioned = finding("a", derivedFrom=[{"reference": "Media/m/_history/1"}])
    assert brought([("_include", "Observation:derived-from")], (versioned,)) == (set(), {"Media/m"}, set())


def test_contained_and_logical_targets_bring_nothing():
    inner = finding("a", derivedFrom=[{"reference": "#m"}, {"identifier": {"value": "m"}}])
    assert brought([("_include", "Observation:derived-from")], (inner,)) == (set(), set(), set())


@pytest.mark.parametrize("query", [("_include", "*"), ("_include:iterate", "Observation:subject")])
def test_wildcards_and_iteration_are_open(query):
    assert brought([query])[2] == {"*"}


def test_what_refers_to_a_match_must_come_along():
    query = [("_revinclude", "Observation:derived-from")]
    assert brought(query, (media("m"),)) == ({"Observation/a"}, set(), {"Observation"})
    closed = world(BOTH, media("m"), closed=True)
    assert brought(query, (media("other"),), closed) == (set(), set(), set())


def test_other_parameters_bring_nothing():
    query = [("code", "x"), ("_include", "Observation:nosuch"), ("_include", "")]
    assert brought(query) == (
        set(),
        set(),
        set(),
    )


def dated(*texts):
    return [finding(str(number), effectiveDateTime=text) for number, text in enumerate(texts)]


def must(sort, resources, type_="Observation"):
    return order(type_, sort, resources, world())


def test_earlier_dates_stand_first():
    assert must("date", dated("2021", "2020-05")) == {(1, 0)}
    assert must("-date", dated("2021", "2020-05")) == {(0, 1)}


@pytest.mark.parametrize(
    "pair",
    [
        ("2020", "2020-05"),  # one lies within the other
        ("2020-05-01", "2020-05-01"),
        ("2020-05-01T10:00:00.100Z", "2020-05-01T10:00:00.900Z"),
        ("2020-05-01", "2020-05-02T01:00:00Z"),  # the zone of the first is unknown
    ],
)
def test_what_readings_order_differently_is_free(pair):
    assert must("date", dated(*pair)) == set()


def test_missing_values_are_free():
    assert must("date", [finding("a"), *dated("2020")]) == set()


def test_the_second_key_breaks_a_tie_of_the_first():
    first, second = dated("2020", "2020")
    first = {**first, "valueQuantity": {"value": 2}}
    second = {**second, "valueQuantity": {"value": 1}}
    assert must("date,value-quantity", [first, second]) == {(1, 0)}
    assert must("date,-value-quantity", [first, second]) == {(0, 1)}


def test_the_second_key_says_nothing_where_the_first_is_free():
    first, second = dated("2020", "2020-05")
    keyed = [{**first, "valueQuantity": {"value": 2}}, {**second, "valueQuantity": {"value": 1}}]
    assert must("date,value-quantity", keyed) == set()


def test_equal_last_updated_may_hide_a_difference():
    times = [{"meta": {"lastUpdated": "2020-05-01T10:00:00Z"}, "valueQuantity": {"value": n}} for n in (2, 1)]
    keyed = [{**finding(str(number)), **one} for number, one in enumerate(times)]
    assert must("_lastUpdated,value-quantity", keyed) == set()


def test_several_values_count_only_where_all_agree():
    people = [
        {"resourceType": "Patient", "id": str(number), "name": [{"given": names}]}
        for number, names in enumerate([["Anna", "Zoe"], ["Berta"], ["Carla"]])
    ]
    assert must("given", people, "Patient") == {(1, 2)}


@pytest.mark.parametrize("pair", [("anna", "ANNA"), ("Anna 1", "Anna 2"), ("Öl", "Öl"), ("Анна", "Берта")])
def test_collations_are_free(pair):
    people = [{"resourceType": "Patient", "id": name, "name": [{"family": name}]} for name in pair]
    assert must("family", people, "Patient") == set()


def test_units_are_not_compared():
    values = [{"value": 2, "unit": "mg"}, {"value": 1, "unit": "g"}]
    keyed = [finding(str(number), valueQuantity=value) for number, value in enumerate(values)]
    assert must("value-quantity", keyed) == set()


def test_unknown_keys_and_codes_are_free():
    assert must("nosuch,status,_id", dated("2020", "2021")) == set()


def test_the_first_misplaced_pair_is_named():
    resources = dated("2020", "2022", "2021")
    assert misplaced("Observation", "date", resources, world()) == (1, 2)
    assert (
        misplaced("Observation", "date", sorted(resources, key=lambda one: one["effectiveDateTime"]), world())
        is None
    )


@given(st.lists(st.dates(), max_size=6), st.booleans())
def test_sorted_days_are_never_misplaced(days, descending):
    resources = dated(*(day.isoformat() for day in sorted(days, reverse=descending)))
    assert misplaced("Observation", "-date" if descending else "date", resources, world()) is None


@given(st.lists(st.dates(), unique=True, min_size=2, max_size=6))
def test_the_order_of_distinct_days_is_total(days):
    pairs = must("date", dated(*(day.isoformat() for day in days)))
    assert pairs == {(i, j) for i, one in enumerate(days) for j, other in enumerate(days) if one < other}
