"""Plausible values of FHIR's data types: what a search can be asked about is varied, the rest is plain."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

FOREIGN = "https://other.example/fhir"
SYSTEMS = ["http://s.example/a", "http://s.example/b", "urn:oid:1.2.3"]
UCUM = "http://unitsofmeasure.org"
CODES = ["a", "b", "A", "a,b", "c|d", "e$f", "g\\h", "two words", "composed-of", "final"]
TEXTS = ["Naevus", "naevus of arm", "Muñoz-López", "Mun\u0303oz", "O'Neil", "Æther", "a, b", "x|y $z \\ end"]
TEXTS += ["Ann", "left", "Straße 5", "(left)  arm", "ﬁve", "12/3", "\uff21\uff22", "İzmir"]
IDS = ["1", "2", "a-b.c", "P1"]
DATES = ["2020", "2021", "2020-06", "2020-12", "2020-06-15", "2020-12-31", "2024-02-29", "1900"]
TIMES = ["2020-06-15T10:30:00Z", "2020-06-15T10:30:59+02:00", "2020-12-31T23:59:59-05:00"]
INSTANTS = [*TIMES, "2020-06-15T10:30:00.250Z", "2021-01-01T00:00:00.000+14:00", "2016-12-31T23:59:60Z"]
DECIMALS = [
    "5.4",
    "5.40",
    "0.920",
    "100",
    "100.0",
    "-3",
    "-0.50",
    "0",
    "1.0E+2",
    "1E-3",
    "5.45",
    "99.95",
    "5.44",
    "-3.12",
    "0.00",
    "12345678901234567890.5",
]
URIS = ["http://u.example/x", "http://u.example/x/y", "http://u.example/X", "urn:oid:1.2.3.4"]
UUIDS = ["urn:uuid:4a1d3a10-0c5f-4f0e-9f0e-2b1a3c4d5e6f", "urn:uuid:00000000-0000-4000-8000-000000000001"]
MIMES = ["image/jpeg; charset=x", "image/jpeg", "image/png", "text/plain; charset=utf-8"]
UNITS = [
    {},
    {"unit": "mg"},
    {"unit": "mg", "system": UCUM, "code": "mg"},
    {"unit": "g", "system": UCUM, "code": "g"},
    {"system": UCUM, "code": "mm"},
    {"system": SYSTEMS[0], "code": "tablet"},
]

PRIMITIVES = {
    "base64Binary": st.sampled_from(["AAEC", "aGVsbG8="]),
    "boolean": st.booleans(),
    "canonical": st.sampled_from([*URIS[:2], "http://u.example/x|1.0", "http://u.example/Q|2"]),
    "code": st.sampled_from(CODES),
    "date": st.sampled_from(DATES),
    "dateTime": st.sampled_from([*DATES, *INSTANTS]),
    "decimal": st.sampled_from(DECIMALS).map(Decimal),
    "id": st.sampled_from(IDS),
    "instant": st.sampled_from(INSTANTS),
    "integer": st.sampled_from([-7, 0, 5, 100]),
    "markdown": st.sampled_from(TEXTS),
    "oid": st.sampled_from(["urn:oid:1.2.3", "urn:oid:1.2.3.4"]),
    "positiveInt": st.sampled_from([1, 5, 100]),
    "string": st.sampled_from(TEXTS),
    "time": st.sampled_from(["10:30:00", "23:59:59.5"]),
    "unsignedInt": st.sampled_from([0, 5, 100]),
    "uri": st.sampled_from([*URIS, *UUIDS]),
    "url": st.sampled_from(URIS),
    "uuid": st.sampled_from(UUIDS),
    "xhtml": st.sampled_from(['<div xmlns="http://www.w3.org/1999/xhtml"><p>Invented.</p></div>']),
}


def some(**members):
    """Return a strategy for objects that have at least one of the members."""
    return st.fixed_dictionaries({}, optional=members).filter(bool)


coding = some(
    system=st.sampled_from(SYSTEMS),
    code=PRIMITIVES["code"],
    display=PRIMITIVES["string"],
    version=st.just("1"),
)
concept = some(coding=st.lists(coding, min_size=1, max_size=2), text=PRIMITIVES["string"])
identifier = some(
    system=st.sampled_from(SYSTEMS),
    value=PRIMITIVES["code"],
    type=concept,
    use=st.sampled_from(["usual", "official"]),
)
amount = st.builds(
    lambda value, unit, comparator: {"value": value} | unit | comparator,
    PRIMITIVES["decimal"],
    st.sampled_from(UNITS),
    st.sampled_from([{}, {}, {}, {}, {"comparator": "<"}]),
)
# Both ends have one unit, and low is below high (rng-2).
range_ = st.builds(
    lambda ends, unit: {key: {"value": value} | unit for key, value in ends.items()},
    some(
        low=st.sampled_from(["-3", "0", "0.50"]).map(Decimal),
        high=st.sampled_from(["5.40", "100"]).map(Decimal),
    ),
    st.sampled_from(UNITS),
)
plain_amount = st.builds(
    lambda value, unit: {"value": value} | unit, PRIMITIVES["decimal"], st.sampled_from(UNITS)
)
# They end after every start (per-1), whatever the zone.
period = some(
    start=st.sampled_from(["2019", "2020-06", "2020-06-15", TIMES[0], INSTANTS[3]]),
    end=st.sampled_from(["2021", "2022-06", "2022-06-15", "2022-06-15T08:00:00-05:00"]),
)
extension = st.builds(
    lambda url, value: {"url": url} | value,
    st.sampled_from(["http://u.example/extension/one", "http://u.example/extension/two"]),
    st.sampled_from([{"valueDecimal": Decimal("1.10")}, {"valueString": "Ann"}, {"valueBoolean": True}]),
)
timing = some(
    event=st.lists(PRIMITIVES["dateTime"], min_size=1, max_size=2),
    repeat=some(boundsPeriod=period, frequency=st.just(2)),
    code=concept,
)

COMPLEX = {
    "Address": some(
        use=st.sampled_from(["home", "work"]),
        line=st.lists(PRIMITIVES["string"], min_size=1, max_size=2),
        city=PRIMITIVES["string"],
        state=PRIMITIVES["string"],
        country=PRIMITIVES["string"],
        postalCode=st.sampled_from(["8001", "8002 B"]),
        period=period,
    ),
    "CodeableConcept": concept,
    "Coding": coding,
    "ContactPoint": some(
        system=st.sampled_from(["phone", "email", "fax"]),
        value=st.sampled_from(["+41 44 555 01 02", "555-0102", "ann@people.example"]),
        use=st.sampled_from(["home", "work"]),
    ),
    "Extension": extension,
    "HumanName": some(
        use=st.sampled_from(["official", "old"]),
        family=PRIMITIVES["string"],
        given=st.lists(PRIMITIVES["string"], min_size=1, max_size=2),
        text=PRIMITIVES["string"],
        period=period,
    ),
    "Identifier": identifier,
    "Meta": some(
        # Tags are a set by system and code (R4-META-05).
        tag=st.lists(
            coding, min_size=1, max_size=2, unique_by=lambda one: (one.get("system"), one.get("code"))
        ),
        security=st.lists(coding, min_size=1, max_size=1),
        profile=st.lists(PRIMITIVES["canonical"], min_size=1, max_size=2, unique=True),
        source=PRIMITIVES["uri"],
    ),
    "Money": some(value=PRIMITIVES["decimal"], currency=st.sampled_from(["EUR", "CHF"])),
    "Period": period,
    "Quantity": amount,
    "Range": range_,
    "Timing": timing,
} | dict.fromkeys(["Age", "Count", "Distance", "Duration"], plain_amount)


def reference(targets, base):
    """Return a strategy for references to types: literal in every spelling, logical, or a mere display."""
    types = [one for one in targets if one != "Resource"] or ["Patient", "Observation", "Device"]
    literal = st.builds(
        lambda form, type_, id_: form.format(base=base, type=type_, id=id_),
        st.sampled_from(
            [
                *("{type}/{id}", "{type}/{id}", "{base}/{type}/{id}", FOREIGN + "/{type}/{id}"),
                *("{type}/{id}/_history/3", "#inside", *UUIDS),
            ]
        ),
        st.sampled_from(types),
        st.sampled_from(IDS),
    )
    logical = st.builds(
        lambda type_, number: {"type": type_, "identifier": number}, st.sampled_from(types), identifier
    )
    return st.one_of(
        literal.map(lambda text: {"reference": text}),
        literal.map(lambda text: {"reference": text}),
        logical,
        st.builds(lambda text, number: {"reference": text, "identifier": number}, literal, identifier),
        PRIMITIVES["string"].map(lambda text: {"display": text}),
    )
