"""What the build script leaves out is prose, and what two editions of a code system know is known."""

from conformance.definitions import codes, merge, strip

PROSE = {"short": "s", "definition": "d", "comment": "c", "mapping": [{}], "alias": ["a"]}


def test_an_element_keeps_its_rules_and_no_prose():
    rules = {
        "id": "A.b",
        "path": "A.b",
        "min": 0,
        "max": "1",
        "fixedCode": "x",
        "patternCoding": {"code": "y"},
        "minValueInteger": 1,
        "maxLength": 3,
        "type": [{"code": "code", "targetProfile": ["p"]}],
        "constraint": [{"key": "k", "severity": "error", "human": "h", "expression": "e"}],
    }
    published = {
        **rules,
        **PROSE,
        "isModifier": False,
        "constraint": [{**rules["constraint"][0], "xpath": "x"}],
    }
    assert strip.element(published) == rules


def test_of_the_extensions_only_those_stay_that_judging_reads():
    fhir_type = {
        "url": "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type",
        "valueUrl": "id",
    }
    largest = {
        "url": "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet",
        "valueCanonical": "v",
    }
    other = {"url": "http://hl7.org/fhir/StructureDefinition/regex", "valueString": "x"}
    found = strip.element(
        {
            "path": "A.b",
            "type": [{"code": "x", "extension": [fhir_type, other]}],
            "binding": {"strength": "required", "description": "d", "extension": [other, largest]},
        }
    )
    assert found["type"] == [{"code": "x", "extension": [fhir_type]}]
    assert found["binding"] == {"strength": "required", "extension": [largest]}


def system(*concepts, content="complete"):
    return {"url": "s", "content": content, "concept": list(concepts)}


OLDER = system(
    {
        "code": "root",
        "concept": [{"code": "both", "display": "old"}, {"code": "gone", "concept": [{"code": "leaf"}]}],
    }
)
NEWER = system({"code": "both", "display": "new"}, {"code": "root", "concept": [{"code": "added"}]})


def test_two_editions_know_the_codes_and_the_hierarchy_of_both():
    merged = codes.read(merge.code_systems(OLDER, NEWER))
    assert set(merged.displays) == {"root", "both", "gone", "leaf", "added"}
    assert merged.displays["both"] == "new"
    assert {code: merged.above(code) - {code} for code in merged.displays} == {
        "root": set(),
        "both": {"root"},
        "gone": {"root"},
        "leaf": {"gone", "root"},
        "added": {"root"},
    }


def test_two_editions_are_complete_only_together():
    assert merge.code_systems(OLDER, {**NEWER, "content": "fragment"})["content"] == "fragment"
    assert merge.code_systems({**OLDER, "content": "fragment"}, NEWER)["content"] == "fragment"
    assert merge.code_systems(OLDER, NEWER)["content"] == "complete"


def test_what_stands_elsewhere_in_the_newer_edition_is_not_stated_twice():
    newer = system({"code": "root", "concept": [{"code": "middle", "concept": [{"code": "both"}]}]})
    merged = merge.code_systems(OLDER, newer)
    assert "property" not in merged["concept"][0]["concept"][0]["concept"][0]
