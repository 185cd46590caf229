"""Moments and units against Python's own calendar and against tables of UCUM."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from conformance.fhirpath import compile  # noqa: A004
from conformance.fhirpath.temporal import bounds, compare, moment
from conformance.fhirpath.units import unit

ZONES = some.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = some.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001


def spelt(value):
    return value.isoformat(timespec="milliseconds")


def cut(value):
    """Return the moment as its spelling says it: to the millisecond."""
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


@settings(deadline=None)
@given(INSTANTS, INSTANTS)
def test_two_instants_compare_as_python_compares_them(one, other):
    left, right = moment(spelt(one), "dateTime"), moment(spelt(other), "dateTime")
    assert compare(left, right) == (cut(one) > cut(other)) - (cut(one) < cut(other))


@settings(deadline=None)
@given(INSTANTS, INSTANTS)
def test_without_a_zone_only_what_holds_in_every_zone_is_said(one, other):
    left = moment(spelt(one.replace(tzinfo=None)), "dateTime")
    right = moment(spelt(other), "dateTime")
    local, stated = cut(one).replace(tzinfo=UTC), cut(other)
    answers = {
        (moved > stated) - (moved < stated)
        for moved in (local - timedelta(minutes=zone) for zone in (-12 * 60, 14 * 60))
    }
    expected = answers.pop() if len(answers) == 1 and answers != {0} else None
    assert compare(left, right) == expected


@settings(deadline=None)
@given(INSTANTS)
def test_a_date_covers_its_whole_day_in_every_zone(value):
    low, high = bounds(moment(value.date().isoformat(), "date"))
    start = datetime(value.year, value.month, value.day, tzinfo=UTC)
    assert low == start - timedelta(hours=14)
    assert high == start + timedelta(days=1, hours=12) - timedelta(milliseconds=1)


@settings(deadline=None)
@given(INSTANTS, some.integers(-100_000, 100_000))
def test_minutes_are_added_as_python_adds_them(value, minutes):
    sign = "-" if minutes < 0 else "+"
    expression = f"@{spelt(value)} {sign} {abs(minutes)} minutes"
    (node,) = compile.__wrapped__(expression, "Patient")({"resourceType": "Patient"})
    assert datetime.fromisoformat(node.value) == cut(value) + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2023-02-29", "date"),
        ("2023-13", "date"),
        ("2023-1-1", "date"),
        ("2023-01-01T", "date"),
        ("2023-01-01T25:00", "dateTime"),
        ("2023-01-01T10:00:00+2:00", "dateTime"),
        ("24:00", "time"),
        ("today", "date"),
        ("", "dateTime"),
    ],
)
def test_what_is_no_moment_is_none(text, kind):
    assert moment(text, kind) is None


@pytest.mark.parametrize(
    ("code", "factor", "base"),
    [
        ("cm", "0.01", "m"),
        ("mm2", "0.000001", "m2"),
        ("mg/dL", "10", "g.m-3"),
        ("kg.m/s2", "1000", "g.m.s-2"),
        ("[in_i]", "0.0254", "m"),
        ("/min", None, None),
        ("%", "0.01", ""),
        ("mm[Hg]", "133322", "g.m-1.s-2"),
        ("{score}", "1", ""),
        ("10*3/uL", "1e12", "m-3"),
        ("furlong", None, None),
    ],
)
def test_a_unit_is_a_multiple_of_base_units(code, factor, base):
    found = unit(code)
    if code == "/min":
        assert found == unit("min-1")
    elif factor is None:
        assert found is None
    else:
        spelling = ".".join(f"{n}{e if e != 1 else ''}" for n, e in found.dimensions)
        assert (found.factor.normalize(), spelling) == (Decimal(factor).normalize(), base)
