"""A resource in XML is the same resource in JSON (R4 xml.html, json.html)."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance import jsontext
from conformance.definitions import fhirxml, r4, xmltree
from conformance.problem import Problem

EXTENDED = '<extension url="u"><valueCode value="c"/></extension>'


def loads(inside, name="Observation", head=""):
    return fhirxml.loads(f'{head}<{name} xmlns="http://hl7.org/fhir">{inside}</{name}>'.encode(), "x.xml")


@pytest.mark.parametrize(
    ("name", "xml", "expected"),
    [
        ("Observation", '<status value="final"/>', {"status": "final"}),
        (
            "Observation",
            '<id value="a"/><meta><versionId value="1"/></meta>',
            {"id": "a", "meta": {"versionId": "1"}},
        ),
        ("Observation", '<category><text value="x"/></category>', {"category": [{"text": "x"}]}),
        (
            "Observation",
            '<component><code id="c"><text value="x"/></code><valueInteger value="7"/></component>',
            {"component": [{"code": {"id": "c", "text": "x"}, "valueInteger": 7}]},
        ),
        (
            "Observation",
            '<component><referenceRange><low><value value="1"/></low></referenceRange></component>',
            {"component": [{"referenceRange": [{"low": {"value": 1}}]}]},
        ),
        (
            "Patient",
            '<active value="true"/><multipleBirthInteger value="2"/>',
            {"active": True, "multipleBirthInteger": 2},
        ),
        (
            "Patient",
            '<name><given value="Ada"/><given value="B."/></name>',
            {"name": [{"given": ["Ada", "B."]}]},
        ),
        (
            "Patient",
            f'<birthDate id="b" value="1970-01-01">{EXTENDED}</birthDate>',
            {
                "birthDate": "1970-01-01",
                "_birthDate": {"id": "b", "extension": [{"url": "u", "valueCode": "c"}]},
            },
        ),
        (
            "Patient",
            f'<name><given value="Ada"/><given>{EXTENDED}</given></name>',
            {
                "name": [
                    {
                        "given": ["Ada", None],
                        "_given": [None, {"extension": [{"url": "u", "valueCode": "c"}]}],
                    }
                ]
            },
        ),
        (
            "Patient",
            '<contained><Organization><name value="x"/></Organization></contained>',
            {"contained": [{"resourceType": "Organization", "name": "x"}]},
        ),
        (
            "Bundle",
            '<entry><resource><Media><status value="completed"/></Media></resource></entry>',
            {"entry": [{"resource": {"resourceType": "Media", "status": "completed"}}]},
        ),
    ],
)
def test_what_xml_says_json_says(name, xml, expected):
    assert loads(xml, name) == {"resourceType": name, **expected}


def test_a_decimal_keeps_its_digits():
    found = loads('<valueQuantity><value value="0.920"/></valueQuantity>')["valueQuantity"]["value"]
    assert (found, jsontext.dumps(found)) == (Decimal("0.920"), "0.920")


def test_narrative_is_kept_as_text_with_its_namespace():
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><p title="a &amp; b">1 &lt; 2<br/></p></div>'
    assert loads(f'<text><status value="generated"/>{div}</text>')["text"] == {
        "status": "generated",
        "div": div,
    }


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<stauts value="final"/>', {"stauts": "final"}),
        ('<status value="final"/><status value="draft"/>', {"status": ["final", "draft"]}),
        ('<valueInteger value="seven"/>', {"valueInteger": "seven"}),
        ('<valueBoolean value="True"/>', {"valueBoolean": "True"}),
        ('<valueInteger value="007"/>', {"valueInteger": "007"}),
        ("<code><colour><hue/></colour></code>", {"code": {"colour": {"hue": {}}}}),
        ('<code odd="1"/>', {"code": {"odd": "1"}}),
        (
            '<status value="final"><colour value="red"/></status>',
            {"status": "final", "_status": {"colour": "red"}},
        ),
    ],
)
def test_what_r4_does_not_know_is_kept_for_a_validator(xml, expected):
    assert loads(xml) == {"resourceType": "Observation", **expected}


def test_comments_instructions_and_schema_locations_say_nothing():
    xml = (
        '<?xml version="1.0"?><?a b?><Media xmlns="http://hl7.org/fhir" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">'
        '<!-- c --><status value="completed"/></Media>'
    )
    assert fhirxml.loads(xml.encode()) == {"resourceType": "Media", "status": "completed"}


@pytest.mark.parametrize(
    ("xml", "code", "line"),
    [
        ('<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', "refused-xml", 1),
        ('<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>', "refused-xml", 1),
        ("<a>&b;</a>", "broken-xml", 1),
        ("<a>\n<b></a>", "broken-xml", 2),
        ("", "broken-xml", 1),
        ("<Observation/>", "not-fhir", 1),
        ('<Observation xmlns="urn:other"/>', "not-fhir", 1),
        ('<Observation xmlns="http://hl7.org/fhir">\n<status>final</status></Observation>', "text-in-xml", 2),
        ('<Patient xmlns="http://hl7.org/fhir"><contained/></Patient>', "resource-in-xml", 1),
        ('<?xml version="1.0" encoding="no-such"?><a/>', "broken-xml", 0),
    ],
)
def test_what_cannot_be_read_is_a_problem_at_its_line(xml, code, line):
    with pytest.raises(Problem) as caught:
        fhirxml.loads(xml.encode(), "x.xml")
    assert (caught.value.code, caught.value.place.file, caught.value.place.line) == (code, "x.xml", line)


def test_depth_and_size_are_bounded(monkeypatch):
    with pytest.raises(Problem, match="nested deeper"):
        loads("<extension>" * 200 + "</extension>" * 200)
    monkeypatch.setattr(xmltree, "LARGEST", 100)
    with pytest.raises(Problem, match="larger than 100"):
        loads(" " * 100)


def test_a_resource_type_that_r4_lacks_is_read_all_the_same():
    assert loads('<id value="a"/>', "Observatoin") == {"resourceType": "Observatoin", "id": "a"}


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8)
QUOTED = {"&": "&amp;", "<": "&lt;", '"': "&quot;"}


def written(name, value):
    """Write strings and lists of objects, the plain way round."""
    if isinstance(value, str):
        return f'<{name} value="{"".join(QUOTED.get(c, c) for c in value)}"/>'
    if isinstance(value, list):
        return "".join(written(name, each) for each in value)
    return f"<{name}>{''.join(written(key, each) for key, each in value.items())}</{name}>"


CODING = st.fixed_dictionaries({}, optional=dict.fromkeys(("system", "code", "display"), TEXT))
CONCEPT = st.fixed_dictionaries(
    {}, optional={"coding": st.lists(CODING, min_size=1, max_size=2), "text": TEXT}
)
RESOURCE = st.fixed_dictionaries(
    {},
    optional={
        "status": TEXT,
        "category": st.lists(CONCEPT, min_size=1, max_size=2),
        "code": CONCEPT,
        "valueString": TEXT,
        "component": st.lists(
            st.fixed_dictionaries({"code": CONCEPT}, optional={"valueCodeableConcept": CONCEPT}),
            min_size=1,
            max_size=2,
        ),
    },
)


@given(RESOURCE)
@settings(max_examples=100)
def test_what_is_written_is_read(resource):
    inside = "".join(written(name, value) for name, value in resource.items())
    assert loads(inside) == {"resourceType": "Observation", **resource}


@given(st.sampled_from(sorted(r4.resource_types())), st.binary(max_size=60), st.integers(0, 80))
@settings(max_examples=200)
def test_no_bytes_do_more_than_raise_a_problem(name, junk, at):
    whole = f'<{name} xmlns="http://hl7.org/fhir"><id value="a"/><text><div/></text></{name}>'.encode()
    for data in (junk, whole[:at] + junk + whole[at:], whole[:at]):
        with suppress(Problem):
            assert fhirxml.loads(data)["resourceType"].startswith(name)


ORDERS = [
    ("Patient", '<id value="a"/><active value="true"/><name><family value="x"/></name><name/>', ""),
    ("Patient", '<active value="true"/><id value="a"/>', "<id> stands after"),
    ("Patient", "<name/><telecom/><name/>", "<name> stands after"),
    ("Patient", '<name><given value="b"/><family value="x"/></name>', "<family> stands after"),
    (
        "Observation",
        '<valueString value="x"/><issued value="2020-01-01T00:00:00Z"/>',
        "<issued> stands after",
    ),
    ("Observation", '<issued value="2020-01-01T00:00:00Z"/><valueString value="x"/><note/>', ""),
    ("Observation", '<status value="final"/><unknown value="x"/><code/>', ""),
]


@pytest.mark.parametrize(("name", "inside", "message"), ORDERS)
def test_elements_stand_in_the_order_of_r4_where_that_is_asked_for(name, inside, message):
    data = f'<{name} xmlns="http://hl7.org/fhir">{inside}</{name}>'.encode()
    assert fhirxml.loads(data)["resourceType"] == name
    if not message:
        assert fhirxml.loads(data, ordered=True) == fhirxml.loads(data)
        return
    with pytest.raises(Problem, match=message) as caught:
        fhirxml.loads(data, "x.xml", ordered=True)
    assert (caught.value.place.line, bool(caught.value.hint)) == (1, True)
