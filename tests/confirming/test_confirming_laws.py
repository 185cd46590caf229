"""What a confirmation promises: whatever breaks our rule breaks the package that confirms it."""

import json
from pathlib import Path

import pytest
import structural
import yaml
from variants import as_folder, bare, elements, ours

from conformance import guides, pointer, shipped
from conformance.confirming.facets import Standing
from conformance.definitions.packages import load
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology
from conformance.guides import Guides

ROWS = yaml.safe_load(
    (Path(__file__).parent.parent / "packages" / "dermatology.yaml").read_text(encoding="utf-8")
)
ADVICE = {"DERM-TRM-02", "DERM-TRM-03", "DERM-ANN-19"}
OF_SHIPPED = [row for row in ROWS if not row["of"].startswith("dermatology/")]


def fixture(name):
    return json.loads((shipped.fixtures() / f"{name}.json").read_text(encoding="utf-8"))


def mutated(row):
    return pointer.changed(fixture(row["of"]), row.get("put", {}), row.get("drop", ()))


def title(row):
    changed = ",".join([*row.get("put", {}), *row.get("drop", ())])
    return f"{row['of']}:{changed}:{'+'.join([*row.get('breaks', ()), *row.get('warns', ())])}"


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Return the structural guide judging by itself, with our value sets and none of our rules."""
    terms = {name: each for name, each in ours().items() if name.startswith(("ValueSet", "CodeSystem"))}
    folder = as_folder(tmp_path_factory.mktemp("alone"), {**terms, **structural.structural()})
    definitions = Definitions([load(folder)])
    return Guides(definitions=definitions, terminology=Terminology(definitions))


def broken(judging, resource):
    return [each for each in judging.issues(resource) if each.severity == "error"]


def confirmed_rules_broken(resource, compared):
    """Return the keys of the confirmed rules that our own package finds broken."""
    keys = {
        (each.rule.profile, each.rule.key.removesuffix(" binding"))
        for each in compared
        # An extensible binding is a warning in the package, too.
        if each.standing is Standing.CONFIRMED and each.rule.requirement not in ADVICE
    }
    return {each.source for each in guides.shipped().issues(resource)} & {f"{p}#{key}" for p, key in keys}


def test_what_breaks_a_confirmed_rule_breaks_the_package_that_confirms_it(alone, by_structure):
    breaking = [r for r in OF_SHIPPED if confirmed_rules_broken(mutated(r), by_structure.compared)]
    assert len(breaking) > len(OF_SHIPPED) // 3
    assert not [title(row) for row in breaking if not broken(alone, mutated(row))]


@pytest.mark.parametrize("name", ["observation-annotation", "observation-ai-prediction"])
def test_what_keeps_our_rules_keeps_the_structural_guide(name, alone, by_structure):
    assert not broken(alone, fixture(name))
    assert not broken(by_structure.guides, fixture(name))


@pytest.mark.parametrize("row", OF_SHIPPED, ids=title)
def test_a_confirmed_rule_is_told_under_its_requirement_and_as_explicit(row, by_structure):
    resource = mutated(row)
    told = {each.requirement: each for each in by_structure.guides.issues(resource) if each.requirement}
    before = {each.requirement for each in guides.shipped().issues(resource) if each.requirement}
    assert before <= {*told}
    for requirement, standing in by_structure.standings.items():
        rules = [each for each in by_structure.compared if each.rule.requirement == requirement]
        if standing is Standing.CONFIRMED and requirement in told and len(rules) == 1:
            assert told[requirement].evidence == "explicit"


def test_what_a_package_does_not_say_is_judged_by_ours(by_structure):
    resource = mutated({"of": "observation-annotation", "put": {"/component/1/valueQuantity/value": 92}})
    (issue,) = [each for each in by_structure.guides.issues(resource) if each.requirement]
    assert (issue.requirement, issue.severity, issue.evidence) == ("DERM-ANN-16", "error", "descriptive")


def test_our_own_package_confirms_or_is_silent_where_it_only_warns(variant):
    compared = variant().compared
    warned = {
        c["key"]
        for profile in ("dermatology-image-annotation", "ai-prediction")
        for element in elements(ours(), profile)
        for c in element.get("constraint", ())
        if c["severity"] == "warning"
    }
    assert {each.rule.key for each in compared if each.standing is Standing.SILENT} <= warned
    assert not [each for each in compared if each.standing is Standing.CONTRADICTED]
    assert not variant().unknown


def test_ours_says_nothing_that_bare_takes_away():
    whole = json.loads(json.dumps(ours()))
    assert bare(whole) == whole
