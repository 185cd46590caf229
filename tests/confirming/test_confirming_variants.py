"""One thing changed in a package, and what is said of the rule that it concerns."""

import pytest
import structural
from structural import CORE, IG, METHODS, SNOMED, TYPES, concept, element, images
from variants import at, constraint, elements, without

from conformance.confirming.facets import Standing

PREDICTION, ANNOTATION = "ai-prediction", "dermatology-image-annotation"
CONFIRMED, CONTRADICTED, SILENT = Standing.CONFIRMED, Standing.CONTRADICTED, Standing.SILENT


def put(profile, id_, **members):
    """Set members of an element, and take those out that are None."""

    def change(resources):
        found = at(resources, profile, id_)
        found.update(members)
        for name in [name for name, value in members.items() if value is None]:
            del found[name]

    return change


def out(profile, *ids):
    def change(resources):
        kept = [e for e in elements(resources, profile) if e["id"] not in ids]
        resources[f"StructureDefinition-{profile}.json"]["differential"]["element"] = kept

    return change


def both(*changes):
    def change(resources):
        for each in changes:
            each(resources)

    return change


def codes(name, *listed):
    """Bind the status to a value set of the package's own."""

    def change(resources):
        resources[f"ValueSet-{name}.json"] = {
            "resourceType": "ValueSet",
            "url": f"{IG}/ValueSet/{name}",
            "status": "active",
            "compose": {
                "include": [
                    {
                        "system": "http://hl7.org/fhir/observation-status",
                        "concept": [{"code": c} for c in listed],
                    }
                ]
            },
        }

    return change


def of_systems(name, *systems):
    def change(resources):
        includes = [{"system": each} for each in systems]
        resources[f"ValueSet-{name}.json"] = {
            "resourceType": "ValueSet",
            "url": f"{IG}/ValueSet/{name}",
            "status": "active",
            "compose": {"include": includes},
        }

    return change


def bound(strength, name):
    return {"strength": strength, "valueSet": f"{IG}/ValueSet/{name}"}


def statuses(profile, *listed):
    return both(codes("own", *listed), put(profile, "Observation.status", binding=bound("required", "own")))


# What is changed in the guide that says everything by structure, the rule of ours, and what is said of it.
STRUCTURE = {
    "device-optional": (put(PREDICTION, "Observation.device", min=None), "derm-aip-08", SILENT),
    "device-said-to-be-optional": (put(PREDICTION, "Observation.device", min=0), "derm-aip-08", CONTRADICTED),
    "device-barred": (put(PREDICTION, "Observation.device", min=None, max="0"), "derm-aip-08", CONTRADICTED),
    "source-optional": (put(PREDICTION, "Observation.derivedFrom", min=None), "derm-aip-14", SILENT),
    "two-sources": (put(PREDICTION, "Observation.derivedFrom", min=2), "derm-aip-14", CONFIRMED),
    "fewer-targets": (
        put(ANNOTATION, "Observation.derivedFrom", type=images("DocumentReference")),
        "derm-ann-05b",
        CONFIRMED,
    ),
    "another-target": (
        put(ANNOTATION, "Observation.derivedFrom", type=images("Media", "Observation")),
        "derm-ann-05b",
        CONTRADICTED,
    ),
    "targets-of-r4": (put(ANNOTATION, "Observation.derivedFrom", type=None), "derm-ann-05b", SILENT),
    "targets-that-nobody-knows": (
        put(
            ANNOTATION,
            "Observation.derivedFrom",
            type=[{"code": "Reference", "targetProfile": ["https://example.org/StructureDefinition/photo"]}],
        ),
        "derm-ann-05b",
        SILENT,
    ),
    "method-optional": (put(ANNOTATION, "Observation.method", min=None), "derm-ann-07", SILENT),
    "method-extensible": (
        put(ANNOTATION, "Observation.method", binding=bound("extensible", "annotation-methods")),
        "Observation.method binding",
        CONTRADICTED,
    ),
    "method-of-another-set": (
        put(ANNOTATION, "Observation.method", binding=bound("required", "body-sites-skin")),
        "Observation.method binding",
        CONTRADICTED,
    ),
    "method-unbound": (
        put(ANNOTATION, "Observation.method", binding=None),
        "Observation.method binding",
        SILENT,
    ),
    "method-with-a-version": (
        put(ANNOTATION, "Observation.method", binding=bound("required", "annotation-methods|0.2.0")),
        "Observation.method binding",
        CONFIRMED,
    ),
    "another-method": (
        put(
            PREDICTION, "Observation.method", patternCodeableConcept=concept(METHODS, "ai-assisted-confirmed")
        ),
        "derm-aip-02",
        CONTRADICTED,
    ),
    "method-fixed": (
        put(
            PREDICTION,
            "Observation.method",
            patternCodeableConcept=None,
            fixedCodeableConcept=concept(METHODS, "ai-inference"),
        ),
        "derm-aip-02",
        CONFIRMED,
    ),
    "method-by-its-codings": (
        both(
            put(PREDICTION, "Observation.method", patternCodeableConcept=None),
            lambda resources: elements(resources, PREDICTION).insert(
                -8,
                element(
                    "Observation.method.coding",
                    min=1,
                    patternCoding={"system": METHODS, "code": "ai-inference"},
                ),
            ),
        ),
        "derm-aip-02",
        CONFIRMED,
    ),
    "no-pattern": (put(PREDICTION, "Observation.method", patternCodeableConcept=None), "derm-aip-02", SILENT),
    "label-optional": (put(PREDICTION, "Observation.meta.security:aiast", min=0), "derm-aip-01", SILENT),
    "label-barred": (
        put(PREDICTION, "Observation.meta.security:aiast", min=0, max="0"),
        "derm-aip-01",
        CONTRADICTED,
    ),
    "no-label": (
        out(PREDICTION, "Observation.meta.security", "Observation.meta.security:aiast"),
        "derm-aip-01",
        SILENT,
    ),
    "one-category-optional": (put(PREDICTION, "Observation.category:imaging", min=0), "derm-aip-12", SILENT),
    "categories-closed": (
        both(
            out(ANNOTATION, "Observation.category:annotation"),
            put(
                ANNOTATION,
                "Observation.category",
                min=1,
                slicing={"discriminator": [{"type": "pattern", "path": "$this"}], "rules": "closed"},
            ),
        ),
        "derm-ann-02",
        CONTRADICTED,
    ),
    "finding-optional": (put(ANNOTATION, "Observation.component:skinFinding", min=0), "derm-ann-08b", SILENT),
    "finding-with-another-code": (
        put(
            ANNOTATION,
            "Observation.component:skinFinding.code",
            patternCodeableConcept=concept(TYPES, "skin-finding"),
        ),
        "derm-ann-08b",
        CONTRADICTED,
    ),
    "finding-by-another-name": (
        lambda resources: [
            each.update(
                {"id": each["id"].replace(":skinFinding", ":finding")},
                **({"sliceName": "finding"} if "sliceName" in each else {}),
            )
            for each in elements(resources, ANNOTATION)
            if ":skinFinding" in each["id"]
        ],
        "derm-ann-08b",
        CONFIRMED,
    ),
    "finding-without-a-value": (
        put(ANNOTATION, "Observation.component:skinFinding.value[x]", min=None),
        "derm-ann-08a",
        SILENT,
    ),
    "statuses-fewer": (statuses(ANNOTATION, "final"), "derm-ann-15", CONFIRMED),
    "statuses-more": (statuses(ANNOTATION, "final", "corrected"), "derm-ann-15", CONTRADICTED),
    "statuses-of-r4": (put(ANNOTATION, "Observation.status", binding=None), "derm-ann-15", SILENT),
    "status-set-missing": (
        put(ANNOTATION, "Observation.status", binding=bound("required", "nowhere")),
        "derm-ann-15",
        SILENT,
    ),
    "withdrawn-allowed": (statuses(ANNOTATION, "final", "entered-in-error"), "derm-ann-23", CONTRADICTED),
    "final-allowed": (statuses(PREDICTION, "preliminary", "final"), "derm-aip-03", CONTRADICTED),
    "status-fixed": (
        put(PREDICTION, "Observation.status", binding=None, fixedCode="preliminary"),
        "derm-aip-05",
        CONFIRMED,
    ),
    "sites-of-snomed": (
        both(
            of_systems("own", SNOMED),
            put(ANNOTATION, "Observation.bodySite", binding=bound("required", "own")),
        ),
        "derm-trm-03",
        CONFIRMED,
    ),
    "sites-of-others-too": (
        both(
            of_systems("own", SNOMED, "http://example.org/sites"),
            put(ANNOTATION, "Observation.bodySite", binding=bound("required", "own")),
        ),
        "derm-trm-03",
        CONTRADICTED,
    ),
    "sites-preferred": (
        put(ANNOTATION, "Observation.bodySite", binding=bound("preferred", "body-sites-skin")),
        "derm-trm-03",
        SILENT,
    ),
    "seconds": (
        put(
            PREDICTION,
            "Observation.component:time.value[x]",
            patternQuantity={"system": "http://unitsofmeasure.org", "code": "s"},
        ),
        "derm-aip-11-time",
        CONTRADICTED,
    ),
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_what_structure_says_of_a_rule(name, variant):
    change, key, standing = STRUCTURE[name]
    profile = PREDICTION if key.startswith("derm-aip") else ANNOTATION
    given = variant(change, structural.structural())
    rules = [each for each in given.compared if each.rule.profile == f"{IG}/StructureDefinition/{profile}"]
    (found,) = [each for each in rules if each.rule.key == key]
    assert found.standing is standing, found.said


def test_every_form_is_compared_in_one_of_these(by_structure):
    """A form that the structural guide leaves out would be compared by no test."""
    forms = {each.rule.key for each in by_structure.compared if each.rule.forms}
    assert forms == {each.rule.key for each in by_structure.compared if each.rule.forms and each.said}


# What is changed in a package like ours, the rule, and what is said of it.
CONSTRAINTS = {
    "left-out": (lambda r: without(r, PREDICTION, "derm-aip-03"), "derm-aip-03", SILENT),
    "under-another-key": (
        lambda r: constraint(r, PREDICTION, "derm-aip-03").update(key="aip-7"),
        "derm-aip-03",
        CONFIRMED,
    ),
    "with-other-spaces": (
        lambda r: constraint(r, PREDICTION, "derm-aip-03").update(expression=" $this  != 'final' "),
        "derm-aip-03",
        CONFIRMED,
    ),
    "otherwise": (
        lambda r: constraint(r, PREDICTION, "derm-aip-03").update(expression="$this != 'amended'"),
        "derm-aip-03",
        CONTRADICTED,
    ),
    "as-advice": (
        lambda r: constraint(r, PREDICTION, "derm-aip-03").update(severity="warning"),
        "derm-aip-03",
        SILENT,
    ),
    "a-should-as-advice": (lambda r: None, "derm-ann-24", CONFIRMED),  # noqa: ARG005 - nothing is changed
    "an-inference-as-advice": (lambda r: None, "derm-ann-07", SILENT),  # noqa: ARG005 - nothing is changed
    "an-inference-as-error": (
        lambda r: constraint(r, ANNOTATION, "derm-ann-07").update(severity="error"),
        "derm-ann-07",
        CONFIRMED,
    ),
    "by-structure-instead": (
        lambda r: (
            without(r, ANNOTATION, "derm-ann-07"),
            at(r, ANNOTATION, "Observation.method").update(min=1),
        ),
        "derm-ann-07",
        CONFIRMED,
    ),
    "structure-against-it": (
        lambda r: (
            without(r, ANNOTATION, "derm-ann-05b"),
            at(r, ANNOTATION, "Observation.derivedFrom").update(
                type=[{"code": "Reference", "targetProfile": [f"{CORE}/MolecularSequence"]}]
            ),
        ),
        "derm-ann-05b",
        CONTRADICTED,
    ),
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_what_constraints_say_of_a_rule(name, variant):
    change, key, standing = CONSTRAINTS[name]
    (found,) = [each for each in variant(change).compared if each.rule.key == key]
    assert found.standing is standing, found.said


def test_a_tightened_element_is_confirmed_and_what_more_it_says_is_told(variant):
    def change(resources):
        without(resources, PREDICTION, "derm-aip-08")
        at(resources, PREDICTION, "Observation.device").update(
            min=1, type=[{"code": "Reference", "targetProfile": [f"{CORE}/Device"]}]
        )

    given = variant(change)
    assert given.standings["DERM-AIP-08"] is CONFIRMED
    assert [(demand.at, demand.aspect) for _, demand in given.unknown] == [("Observation.device", "type")]


def test_what_no_rule_knows_is_told_with_its_place(variant):
    def change(resources):
        elements(resources, ANNOTATION).insert(1, element("Observation.subject", min=1))
        rule = {"key": "own-1", "severity": "error", "human": "Noted.", "expression": "note.exists()"}
        elements(resources, ANNOTATION)[0]["constraint"].append(rule)
        resources["StructureDefinition-other.json"] = structural.profile("other", [element("Observation")])

    told = {(profile.rpartition("/")[2], d.at, d.aspect, d.says) for profile, d in variant(change).unknown}
    assert told == {
        (ANNOTATION, "Observation.subject", "min", "at least 1"),
        (ANNOTATION, "Observation", "constraint:own-1", "error: Noted. (note.exists())"),
        ("other", "", "profile", "a profile of Observation that dermconf has no rules of"),
    }


def test_value_sets_of_the_same_name_are_told_where_they_differ(variant):
    def change(resources):
        listed = resources["ValueSet-annotation-methods.json"]["compose"]["include"][0]["concept"]
        listed[:] = [each for each in listed if each["code"] != "ai-inference"] + [{"code": "second-reading"}]

    given = variant(change)
    assert given.standings["DERM-ANN-06"] is CONFIRMED
    assert [(d.at, d.says) for _, d in given.unknown] == [
        ("annotation-methods", "has second-reading; has no ai-inference")
    ]


def test_a_search_that_the_packages_statement_expects_is_confirmed(variant):
    expectation = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"

    def change(resources):
        (observation, *_) = resources["CapabilityStatement-annotate-md-server.json"]["rest"][0]["resource"]
        observation["searchParam"] = [
            {
                "extension": [{"url": expectation, "valueCode": "SHALL"}],
                "name": "derived-from",
                "type": "reference",
            }
        ]

    given = variant(change)
    assert given.standings["DERM-SRC-01a"] is CONFIRMED
    assert given.standings["DERM-SRC-02a"] is SILENT
    (found,) = [each for each in given.compared if each.rule.requirement == "DERM-SRC-01a"]
    assert found.said[0].theirs == "search derived-from SHALL"


def test_a_requirement_is_confirmed_by_its_surest_rules_alone(variant):
    """AIP-02 is sure of the method's code; that there is a method at all is our assumption."""

    def change(resources):
        constraint(resources, PREDICTION, "derm-aip-02-present").update(severity="error")
        without(resources, PREDICTION, "derm-aip-02")

    assert variant(change).standings["DERM-AIP-02"] is SILENT


def test_a_requirement_is_contradicted_by_one_profile_and_then_nowhere_confirmed(variant):
    def change(resources):
        constraint(resources, PREDICTION, "derm-trm-04").update(expression="code.exists()")

    given = variant(change)
    assert {c.standing for c in given.compared if c.rule.key == "derm-trm-04"} == {CONFIRMED, CONTRADICTED}
    assert given.standings["DERM-TRM-04"] is CONTRADICTED


def test_a_snapshot_of_the_publisher_counts_as_its_differential_does(by_structure, variant):
    """What a publisher's tool wrote into a snapshot is read as it stands."""

    def change(resources):
        for name in (PREDICTION, ANNOTATION):
            whole = by_structure.guides.definitions.structure(f"{IG}/StructureDefinition/{name}")
            resources[f"StructureDefinition-{name}.json"] = whole

    given = variant(change, structural.structural())
    assert given.standings == by_structure.standings
    assert given.unknown == by_structure.unknown
