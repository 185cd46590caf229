"""Each function and operator by example; what is expected stands beside it, as the specification says."""

from decimal import Decimal

import pytest

from conformance.fhirpath import compile  # noqa: A004
from conformance.fhirpath.registry import FUNCTIONS

D = Decimal
PATIENT = {
    "resourceType": "Patient",
    "active": True,
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Ada</p></div>'},
    "name": [
        {"use": "usual", "given": ["Ada", "Bea"]},
        {"use": "old", "given": ["Ada"], "family": "Example"},
    ],
    "birthDate": "1990-05-17",
    "extension": [{"url": "urn:x", "valueString": "y"}],
}
ROWS = [
    # existence
    ("name.empty()", [False]),
    ("photo.empty()", [True]),
    ("name.exists(use = 'old')", [True]),
    ("name.all(given contains 'Ada')", [True]),
    ("photo.all(false)", [True]),
    ("(true | false).allTrue()", [False]),
    ("(true | false).anyTrue()", [True]),
    ("(true | false).allFalse()", [False]),
    ("(true | false).anyFalse()", [True]),
    ("{}.allTrue()", [True]),
    ("active.not()", [False]),
    ("name.count()", [2]),
    ("name.given.distinct()", ["Ada", "Bea"]),
    ("name.given.isDistinct()", [False]),
    ("name[1].given.subsetOf(%context.name[0].given)", [True]),
    ("name[0].given.supersetOf(%context.name[1].given)", [True]),
    # filtering, subsetting, combining
    ("name.where(use = 'old').family", ["Example"]),
    ("name.where(family = 'Example').use", ["old"]),
    ("name.where($index = 1).use", ["old"]),
    ("name.select(given.first())", ["Ada", "Ada"]),
    ("(1 | 2).select($this * 2)", [2, 4]),
    ("(1).repeat(iif($this < 4, $this + 1))", [2, 3, 4]),
    ("(1 | 2 | 3).aggregate($total + $this, 0)", [6]),
    ("name.given.first()", ["Ada"]),
    ("name.given.last()", ["Ada"]),
    ("name.given.tail()", ["Bea", "Ada"]),
    ("name.given.skip(2)", ["Ada"]),
    ("name.given.skip(-1).count()", [3]),
    ("name.given.take(2)", ["Ada", "Bea"]),
    ("name.given.take(0)", []),
    ("name.family.single()", ["Example"]),
    ("name.given[1]", ["Bea"]),
    ("name.given[7]", []),
    ("name.given.intersect('Ada')", ["Ada"]),
    ("name.given.exclude('Ada')", ["Bea"]),
    ("(1 | 2).union(2 | 3)", [1, 2, 3]),
    ("(1 | 2).combine(2)", [1, 2, 2]),
    ("(3 | 1 | 2).sort()", [1, 2, 3]),
    ("name.sort(-use).use", ["usual", "old"]),
    ("name.sort(use).use", ["old", "usual"]),
    ("iif(active, 'yes', 'no')", ["yes"]),
    ("iif(photo.exists(), 'yes')", []),
    # texts
    ("'abcb'.length()", [4]),
    ("'abcb'.indexOf('b')", [1]),
    ("'abcb'.lastIndexOf('b')", [3]),
    ("'abcb'.substring(1, 2)", ["bc"]),
    ("'abcb'.substring(9)", []),
    ("'abcb'.startsWith('ab') and 'abcb'.endsWith('cb') and 'abcb'.contains('bc')", [True]),
    ("'aB'.upper() + 'aB'.lower()", ["ABab"]),
    ("' a '.trim()", ["a"]),
    ("'a,b'.split(',')", ["a", "b"]),
    ("('a' | 'b').join('-')", ["a-b"]),
    ("'ab'.toChars()", ["a", "b"]),
    ("'abcb'.replace('b', '')", ["ac"]),
    ("'2026-03'.replaceMatches('(\\\\d+)-(\\\\d+)', '$2/$1')", ["03/2026"]),
    ("'abc'.matches('b')", [True]),
    ("'abc'.matchesFull('b')", [False]),
    ("'é'.encode('hex') & '-' & 'c3a9'.decode('hex')", ["c3a9-é"]),
    ("'a<b'.escape('html') & 'a&lt;b'.unescape('html')", ["a&lt;ba<b"]),
    ("{}.upper()", []),
    # numbers
    ("(-3).abs()", [3]),
    ("(-1.5).ceiling()", [-1]),
    ("(-1.5).floor()", [-2]),
    ("(-1.5).truncate()", [-1]),
    ("2.345.round(2)", [D("2.35")]),
    ("9.sqrt()", [D(3)]),
    ("(-9).sqrt()", []),
    ("0.exp()", [D(1)]),
    ("1.ln()", [D(0)]),
    ("8.log(2).round(6)", [D(3)]),
    ("2.power(10)", [1024]),
    ("2.power(1000000000)", []),
    ("1.power(1000000000)", [1]),
    ("7 div 2", [3]),
    ("(-7) div 2", [-3]),
    ("(-7) mod 2", [-1]),
    ("7 / 2", [D("3.5")]),
    ("1 / 0", []),
    ("2 + 3 * 4 - 1", [13]),
    ("-(2)", [-2]),
    # conversions
    ("'yes'.toBoolean()", [True]),
    ("'2'.toInteger()", [2]),
    ("'2.50'.toDecimal()", [D("2.50")]),
    ("2.50.toString()", ["2.50"]),
    ("'2026-03-04T05:06:07Z'.toDate()", ["2026-03-04"]),
    ("'2026-03'.toDateTime()", ["2026-03"]),
    ("'05:06'.toTime()", ["05:06"]),
    ("'3 weeks'.toQuantity() = 21 days", [True]),
    ("(3 'cm').toQuantity('mm') = 30 'mm'", [True]),
    ("'x'.toInteger()", []),
    ("'x'.convertsToBoolean() or 'x'.convertsToInteger() or 'x'.convertsToDecimal()", [False]),
    ("'x'.convertsToDate() or 'x'.convertsToDateTime() or 'x'.convertsToTime()", [False]),
    ("'x'.convertsToQuantity() = false and 'x'.convertsToString()", [True]),
    # the tree, types and FHIR's own
    ("name[1].children().count()", [3]),
    ("name.descendants().ofType(string).count()", [4]),
    ("birthDate.type().name", ["date"]),
    ("extension('urn:x').value", ["y"]),
    ("extension('urn:z')", []),
    ("birthDate.hasValue()", [True]),
    ("birthDate.getValue() = @1990-05-17", [True]),
    ("generalPractitioner.resolve()", []),
    ("text.div.htmlChecks()", [True]),
    ("name.trace('names', use).count()", [2]),
    ("now() = now() and today() <= today() and timeOfDay() = timeOfDay()", [True]),
    ("birthDate.precision()", [8]),
    ("@2026.lowBoundary(8)", ["2026-01-01"]),
    ("@2024-02.highBoundary()", ["2024-02-29"]),
    ("1.50.lowBoundary(3)", [D("1.495")]),
    ("(1 'cm').comparable(1 'm')", [True]),
    ("(1 'cm').comparable(1 'kg')", [False]),
    # logic with unknowns
    ("{} and false", [False]),
    ("{} and true", []),
    ("{} or true", [True]),
    ("{} implies true", [True]),
    ("false implies {}", [True]),
    ("true xor {}", []),
    # equality, order, membership
    ("'Straße  x' ~ 'STRASSE x'", [True]),
    ("(1 | 2) ~ (2 | 1)", [True]),
    ("(1 | 2) = (2 | 1)", [False]),
    ("1.0 = 1 and 1.0 ~ 1", [True]),
    ("0.671 ~ 0.67", [True]),
    ("'a' < 'b' and 1 <= 1.0 and 2 >= 2 and 3 > 2", [True]),
    ("'Ada' in name.given", [True]),
    ("name.given contains 'Cleo'", [False]),
    ("'a' & {} & 'b'", ["ab"]),
    # dates
    ("birthDate = @1990-05-17", [True]),
    ("birthDate = '1990-05-17'", [True]),
    ("birthDate = '1990-05'", [False]),
    ("birthDate < @1990-06", [True]),
    ("birthDate > @1990-05", []),
    ("birthDate != @1990-05-17T10:00:00Z", []),
    ("@2024-01-31 + 1 month", ["2024-02-29"]),
    ("@2024-02-29 + 1 year", ["2025-02-28"]),
    ("@2024-03-01 - 1 day", ["2024-02-29"]),
    ("@2026-03 + 40 days", ["2026-04"]),
    ("@2026-03-04T23:30:00Z + 45 minutes", ["2026-03-05T00:15:00Z"]),
    ("@T23:30 + 45 minutes", ["00:15"]),
    ("@2026-03-04T10:00:00+02:00 = @2026-03-04T08:00:00Z", [True]),
]


@pytest.mark.parametrize(("expression", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_an_expression_gives_what_the_specification_says(expression, expected):
    found = [node.value for node in compile(expression, "Patient")(PATIENT)]
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


def test_every_function_of_the_table_has_an_example():
    text = " ".join(expression for expression, _ in ROWS)
    assert [name for name in FUNCTIONS if f"{name}(" not in text] == []


@pytest.mark.parametrize(
    ("div", "expected"),
    [
        ("<div>text</div>", True),
        ('<div><img src="#p" alt="p"/></div>', True),
        ("<div> </div>", False),
        ("<p>text</p>", False),
        ("<div>text<script>x()</script></div>", False),
        ('<div onclick="x()">text</div>', False),
        ('<div>text<a href=" JavaScript:x()">a</a></div>', False),
        ("<div>text<form/></div>", False),
    ],
)
def test_a_narrative_keeps_to_what_is_allowed(div, expected):
    resource = {"resourceType": "Patient", "text": {"status": "generated", "div": div}}
    assert [n.value for n in compile("text.div.htmlChecks()", "Patient")(resource)] == [expected]
