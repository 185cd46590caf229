"""Codes of systems that are a grammar: what cannot be one is a no, and nothing else is."""

import pytest

from conformance.definitions.answers import Answer
from conformance.definitions.grammars import shaped

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
