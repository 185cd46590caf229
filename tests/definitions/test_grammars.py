"""Codes of systems that are a grammar: what cannot be one is a no, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.definitions.answers import Answer
from conformance.definitions.grammars import shaped

SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
# Of UCUM's own tables and examples, one of each shape.
UNITS = (
    "1", "%", "mm", "mm2", "s-1", "/min", "10*3/uL", "10*-6", "10^12/L", "m[H2O]", "mm[Hg]", "[in_i]",
    "[degF]", "[m/s2/Hz^0.5]", "B[10.nV]", "[arb'U]/mL", "[car_Au]", "''", "kg.m/s2", "(kg.m)/s2",
    "/(12.h)", "24.h", "{score}", "{cells}/uL", "mg{creat}/dL", "umol/min/{1.73_m2}", "m3.kg-1.s-2",
    "dB[SPL]",
)  # fmt: skip
NO_UNITS = (
    "",
    "a b",
    "m{x y}",
    "1-2",
    "no-such-code",
    "mm/",
    "/",
    "x=1",
    "m..s",
    "[in_i",
    "{score",
    "µm",
    "°C",
)


@pytest.mark.parametrize("code", UNITS)
def test_what_ucum_can_spell_may_be_a_unit(code):
    assert shaped(UCUM, code) is Answer.UNKNOWN


@pytest.mark.parametrize("code", NO_UNITS)
def test_what_ucum_cannot_spell_is_no_unit(code):
    assert shaped(UCUM, code) is Answer.NO


def test_a_long_code_takes_no_longer_than_its_length():
    hostile = ("m", "(", ")", "{", "[a]", "m.", "(/(", "1", "m1", "{a}")
    assert {shaped(UCUM, 100_000 * part + " ") for part in hostile} == {Answer.NO}


@pytest.mark.parametrize(
    "code",
    [
        "106076001", "14975008", "138875005", "450229981000132104", "73211009 |Diabetes mellitus|",
        "128045006:{363698007=56459004}", "=== 73211009 + 106076001", "<<< 73211009 : 363698007 = TRUE",
        '27658006 |amoxicillin|:{127489000=372687004,1142135004=#500.5,726542003="250 mg"}',
    ],
)  # fmt: skip
def test_what_has_right_check_digits_may_be_of_snomed_ct(code):
    assert shaped(SNOMED, code) is Answer.UNKNOWN


@pytest.mark.parametrize(
    "code",
    [
        # Found in public mapping tables, with a check digit that is not theirs.
        "201089006", "200962004", "187448005", "200762002", "201160009", "400182000", "254677009",
        # What is left of 450229981000132104 and 16335031000119103 in floating point.
        "450229981000132100", "16335031000119104",
        "106076010", "253008", "12345", "1060760010000000000", "C44.6", "", "melanoma",
        "128045006:{363698007=56459005}", "١٠٦٠٧٦٠٠١",
    ],
)  # fmt: skip
def test_what_has_a_wrong_check_digit_is_not_of_snomed_ct(code):
    assert shaped(SNOMED, code) is Answer.NO


@given(place=st.integers(0, 8), by=st.integers(1, 9))
def test_no_single_mistyped_digit_goes_unnoticed(place, by):
    right = "106076001"
    typed = f"{right[:place]}{(int(right[place]) + by) % 10}{right[place + 1 :]}"
    assert shaped(SNOMED, typed) is Answer.NO


def test_a_long_expression_takes_no_longer_than_its_length():
    hostile = ("|", '"', '"\\', "(", "TRUE ", "1", "#1", "#", "=", "1 |a", "{1:")
    assert {shaped(SNOMED, 100_000 * part) for part in hostile} == {Answer.NO}
