"""Dates: an independent oracle (brute force over zones and instants) and the laws of prefixes."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.search import Answer, World, term

M, N, C = Answer.MUST, Answer.NOT, Answer.CHOICE
WORLD = World(base="http://s/fhir")
PREFIXES = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]


def asked(value, **effective):
    resource = {"resourceType": "Observation", **effective}
    return term("Observation", "date", value, resource, WORLD).answer


def stored(text, value):
    return asked(value, effectiveDateTime=text)


texts = st.one_of(
    st.dates(date(1990, 1, 1), date(1993, 12, 31)).map(lambda d: d.isoformat()),
    st.dates(date(1990, 1, 1), date(1993, 12, 31)).map(lambda d: d.isoformat()[:7]),
    st.sampled_from(["1990", "1991", "1992", "1993"]),
)
instants = st.datetimes(datetime(1990, 1, 1), datetime(1993, 12, 31)).map(  # noqa: DTZ001 - the zone is added
    lambda moment: moment.replace(microsecond=0)
)
zones = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
zoned = st.builds(lambda moment, zone: moment.replace(tzinfo=zone), instants, zones)


def spelt(moment):
    return moment.isoformat()


@given(texts | zoned.map(spelt), texts | zoned.map(spelt))
def test_ne_is_the_complement_of_eq(target, value):
    pair = (stored(target, value), stored(target, f"ne{value}"))
    assert pair in {(M, N), (N, M), (C, C)}


@given(texts | zoned.map(spelt), texts | zoned.map(spelt))
def test_no_prefix_means_eq(target, value):
    assert stored(target, value) is stored(target, f"eq{value}")


@given(texts | zoned.map(spelt), texts | zoned.map(spelt))
def test_what_equals_is_at_least_and_at_most_and_near(target, value):
    if stored(target, value) is M:
        assert [stored(target, prefix + value) for prefix in ("ge", "le", "ap")] == [M, M, M]
        assert [stored(target, prefix + value) for prefix in ("sa", "eb")] == [N, N]


@given(texts | zoned.map(spelt), texts | zoned.map(spelt))
def test_what_starts_after_is_greater_and_not_less(target, value):
    if stored(target, f"sa{value}") is M:
        assert [stored(target, prefix + value) for prefix in ("gt", "ge")] == [M, M]
        assert [stored(target, prefix + value) for prefix in ("lt", "eb", "eq")] == [N, N, N]


@given(texts | zoned.map(spelt), texts | zoned.map(spelt))
def test_greater_implies_at_least(target, value):
    if stored(target, f"gt{value}") is M:
        assert stored(target, f"ge{value}") is M
    if stored(target, f"ge{value}") is N:
        assert stored(target, f"gt{value}") is not M


@given(zoned, zoned)
def test_full_instants_are_compared_exactly(target, value):
    same = target.astimezone(UTC) == value.astimezone(UTC)
    assert stored(spelt(target), spelt(value)) is (M if same else N)
    assert stored(spelt(target), f"lt{spelt(value)}") is (M if target < value else N)
    assert stored(spelt(target), f"sa{spelt(value)}") is (M if target > value else N)


@given(zoned, st.dates(date(1990, 1, 1), date(1993, 12, 31)))
def test_a_day_against_an_instant_agrees_with_every_zone(target, day):
    """Brute force: in which of the world's zones does the instant fall on that day?"""
    offsets = [timezone(timedelta(minutes=15 * quarter)) for quarter in range(-48, 57)]
    readings = {target.astimezone(offset).date() == day for offset in offsets}
    expected = {frozenset({True}): M, frozenset({False}): N}.get(frozenset(readings), C)
    actual = stored(spelt(target), day.isoformat())
    assert actual is expected


@given(zoned, st.dates(date(1990, 1, 1), date(1993, 12, 31)), st.sampled_from(["ge", "le", "lt", "sa", "eb"]))
def test_a_prefixed_day_against_an_instant_agrees_with_every_zone(target, day, prefix):
    """Brute force with the calendar: an instant is on one day in each zone, so all readings are plain."""
    holds = {
        "ge": lambda own: own >= day,
        "le": lambda own: own <= day,
        "lt": lambda own: own < day,
        "sa": lambda own: own > day,
        "eb": lambda own: own < day,
    }[prefix]
    offsets = [timezone(timedelta(minutes=15 * quarter)) for quarter in range(-48, 57)]
    readings = {holds(target.astimezone(offset).date()) for offset in offsets}
    expected = {frozenset({True}): M, frozenset({False}): N}.get(frozenset(readings), C)
    assert stored(spelt(target), f"{prefix}{day.isoformat()}") is expected


@given(st.dates(date(1990, 1, 2), date(1993, 12, 31)), st.dates(date(1990, 1, 2), date(1993, 12, 31)))
def test_days_are_compared_by_the_calendar(target, value):
    expected = {
        "": target == value,
        "lt": target < value,
        "sa": target > value,
        "eb": target < value,
        "ge": target >= value,
        "le": target <= value,
    }
    for prefix, holds in expected.items():
        assert stored(target.isoformat(), f"{prefix}{value.isoformat()}") is (M if holds else N)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_resource_without_a_date_never_must_match(prefix):
    assert asked(f"{prefix}2020-01-01") is (C if prefix == "ne" else N)


@pytest.mark.parametrize(
    "value", ["garbage", "2020-13", "2020-02-30", "2020-1-1", "20200101", "2020-01-01T10"]
)
def test_what_is_no_date_is_left_to_the_server(value):
    assert stored("2020-01-01", value) is C


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("9999", M),
        ("9999-12", M),
        ("9999-12-31", M),
        ("lt9999-12-31", N),
        ("sa9999-12-30", M),
    ],
)
def test_the_last_day_of_the_calendar(value, expected):
    assert stored("9999-12-31", value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2020-05-20", C),  # whether the schedule is looked into is open
        ("2020-05", M),
        ("2021", N),
        ("lt2020-05-01", N),
        ("sa2020-04", M),
    ],
)
def test_a_timing_reaches_from_its_first_to_its_last_event(value, expected):
    events = {"event": ["2020-05-20", "2020-05-22"]}
    assert asked(value, effectiveTiming=events) is expected


def test_a_period_that_ends_before_it_starts_is_no_range():
    assert asked("2020", effectivePeriod={"start": "2020-05-02", "end": "2020-05-01"}) is C


def test_a_timing_without_limits_is_left_to_the_server():
    assert asked("2020", effectiveTiming={"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}) is C


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2020-05-20T10:00:00Z", M),
        ("2020-05-20T10:00Z", M),
        ("gt2020-05-20T10:00:00Z", C),
        ("gt2020-05-20T09:59:59Z", M),
        ("lt2020-05-20T10:00:00Z", N),
        ("eb2020-05-20T10:00:00Z", N),
    ],
)
def test_an_instant_is_a_point(value, expected):
    assert asked(value, effectiveInstant="2020-05-20T10:00:00Z") is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("gt2020-05-20T10:00:02Z", C),
        ("gt2020-05-20T10:00:05Z", N),
        ("gt2020-05-20T09:59:50Z", M),
        ("lt2020-05-20T10:00:30Z", M),
        ("2020-05-20T10:00:00Z", C),
    ],
)
def test_the_boundary_of_last_updated_is_the_servers(value, expected):
    resource = {"resourceType": "Observation", "meta": {"lastUpdated": "2020-05-20T10:00:00.100Z"}}
    assert term("Observation", "_lastUpdated", value, resource, WORLD).answer is expected


def test_a_prefix_inside_a_list_is_left_to_the_server():
    assert stored("2020-05-20", "lt2010,gt2015") is C


def test_a_list_of_dates_is_a_union():
    assert stored("2020-05-20", "2019,2020") is M
    assert stored("2020-05-20", "2018,2019") is N


def test_fractions_of_a_second_decide_nothing():
    target = "2020-05-20T10:00:00.250Z"
    assert stored(target, "lt2020-05-20T10:00:00.500Z") is C
    assert stored(target, "2020-05-20T10:00:00.250Z") is C  # a server may keep whole seconds only
    assert stored(target, "2020-05-20T10:00:00Z") is M
    assert stored(target, "2020-05-20T10:00:00.500Z") is C
    assert stored(target, "2020-05-20T10:00:01Z") is N
