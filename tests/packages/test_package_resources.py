"""The packages are FHIR packages: well-formed, consistent, and every rule says what it stands for."""

import re

import pytest
from fhir.resources.R4B import get_fhir_model_class

from conformance import catalogue, packages
from conformance.definitions import r4
from conformance.fhirpath import compile as compile_fhirpath
from conformance.model import Evidence, Gate, Level
from conformance.problem import Problem

REQUIREMENT, EVIDENCE = "urn:dermconf:requirement", "urn:dermconf:evidence"
FAILS = {Evidence.EXPLICIT, Evidence.DESCRIPTIVE}
# Rules about more than one resource, or about a server, which no profile can hold.
ELSEWHERE = {
    *("DERM-AIT-06", "DERM-AIT-07", "DERM-AIT-08", "DERM-AIT-09"),
    *("DERM-SER-02", "DERM-SER-04", "DERM-LNK-02", "DERM-PKG-02", "DERM-TRM-06"),
}


def definitions(files):
    return [r for path, r in files.items() if not path.startswith("example/")]


def structures(files):
    return [r for r in definitions(files) if r["resourceType"] == "StructureDefinition"]


def elements(files):
    return [(s, e) for s in structures(files) for e in s["differential"]["element"]]


def constraints(files):
    return [(s, e, c) for s, e in elements(files) for c in e.get("constraint", ())]


def stated(holder, url):
    values = [
        e.get("valueString", e.get("valueCode")) for e in holder.get("extension", ()) if e["url"] == url
    ]
    return values[0] if values else None


def rules(files):
    """Return every part of a definition that is a rule of its own, with its severity."""
    for _, element in elements(files):
        yield from ((c, c["severity"]) for c in element.get("constraint", ()))
        if stated(element, REQUIREMENT):
            yield element, "error"
        if stated(element.get("binding", {}), REQUIREMENT):
            yield element["binding"], {"required": "error"}.get(element["binding"]["strength"], "warning")


def test_a_package_says_what_it_is_and_that_it_is_a_reconstruction(package):
    _, description, files = package
    assert description["fhirVersions"] == ["4.0.1"]
    assert description["description"].startswith("reconstructed from ")
    assert {r["version"] for r in definitions(files)} == {description["version"]}


def test_the_dermatology_package_has_the_name_and_version_of_the_guide(dermatology):
    profiles = {r["url"] for r in structures(dermatology)}
    base = "https://annotatemd.com/fhir/ig/StructureDefinition/"
    assert profiles == {
        base + name for name in ("dermatology-image-annotation", "ai-prediction", "annotation-series")
    }


def test_a_package_that_does_not_exist_is_a_problem_with_the_nearest_name():
    with pytest.raises(Problem) as caught:
        packages.folder("dermatologie")
    assert "dermatology" in caught.value.hint


def test_every_resource_is_one_of_r4(package):
    *_, files = package
    for resource in files.values():
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_a_file_is_named_after_its_resource_and_a_url_after_its_package(package):
    _, description, files = package
    for path, resource in files.items():
        assert path.removeprefix("example/") == f"{resource['resourceType']}-{resource['id']}.json"
    for resource in definitions(files):
        assert resource["url"] == f"{description['canonical']}/{resource['resourceType']}/{resource['id']}"


def test_what_a_definition_names_is_at_hand(package):
    _, description, files = package
    known = {r["url"] for r in files.values() if "url" in r}
    named = [e["binding"]["valueSet"] for _, e in elements(files) if "binding" in e]
    named += [
        p
        for _, e in elements(files)
        for t in e.get("type", ())
        for p in t.get("targetProfile", t.get("profile", ()))
    ]
    named += [
        i["system"]
        for r in definitions(files)
        if r["resourceType"] == "ValueSet"
        for i in r["compose"]["include"]
    ]
    own = [url for url in named if url.startswith(description["canonical"])]
    assert own
    assert set(own) <= known


def test_value_sets_name_codes_that_their_systems_have(package):
    *_, files = package
    systems = {r["url"]: codes(r["concept"]) for r in definitions(files) if r["resourceType"] == "CodeSystem"}
    value_sets = [r for r in definitions(files) if r["resourceType"] == "ValueSet"]
    included = [
        (i["system"], c["code"])
        for r in value_sets
        for i in r["compose"]["include"]
        for c in i.get("concept", ())
    ]
    assert all(code in systems[system] for system, code in included if system in systems)


def codes(concepts):
    return {code for c in concepts for code in (c["code"], *codes(c.get("concept", ())))}


def test_elements_are_those_of_r4_in_its_order(package):
    *_, files = package
    for structure in structures(files):
        paths = [e["path"] for e in structure["differential"]["element"]]
        assert paths[0] == structure["type"]
        assert all(r4.element(path) for path in paths[1:])
        tops = list(dict.fromkeys(path.split(".")[1] for path in paths[1:]))
        order = [name.removesuffix("[x]") for name in r4.children(structure["type"])]
        assert [order.index(name.removesuffix("[x]")) for name in tops] == sorted(
            order.index(name.removesuffix("[x]")) for name in tops
        )


def test_every_constraint_compiles_where_it_stands_and_has_a_key_of_its_own(package):
    *_, files = package
    for _, element, constraint in constraints(files):
        compile_fhirpath(constraint["expression"], element["path"])
    for structure in structures(files):
        keys = [c["key"] for s, _, c in constraints(files) if s is structure]
        assert len(keys) == len(set(keys))


def test_no_constraint_rests_on_how_tightly_membership_binds(package):
    """FHIRPath binds `in` tighter than `and`; HL7's validator (6.5.20) does not, but for parentheses."""
    loose = re.compile(r"\b(and|or|xor|implies) [^()]*\b(in|contains)\b (?!and|or)")
    *_, files = package
    assert [c["key"] for *_, c in constraints(files) if loose.search(c["expression"])] == []


def test_every_definition_and_every_rule_says_by_what_evidence(package):
    *_, files = package
    holders = [*definitions(files), *(rule for rule, _ in rules(files))]
    assert {stated(holder, EVIDENCE) for holder in holders} <= {e.value for e in Evidence}


def test_a_rule_of_a_guide_fails_exactly_where_its_requirement_gates(catalogued):
    known = catalogue.requirements()
    for rule, severity in rules(catalogued):
        requirement = known[stated(rule, REQUIREMENT)]
        evidence = Evidence(stated(rule, EVIDENCE))
        demanded = requirement.level in {Level.SHALL, Level.SHALL_NOT} and requirement.gate is Gate.ALWAYS
        fails = demanded and evidence in FAILS
        assert severity == ("error" if fails else "warning"), requirement.id


def test_a_rule_has_the_evidence_of_its_requirement_or_is_a_warning_beside_it(catalogued):
    known = catalogue.requirements()
    for rule, severity in rules(catalogued):
        requirement, evidence = known[stated(rule, REQUIREMENT)], stated(rule, EVIDENCE)
        assert evidence == requirement.evidence or (evidence, severity) == ("assumed", "warning"), (
            requirement.id
        )


def test_the_profiles_hold_every_tested_rule_about_one_resource(dermatology):
    held = {stated(rule, REQUIREMENT) for rule, _ in rules(dermatology)}
    asked = {
        r.id
        for r in catalogue.requirements().values()
        if r.spec == "dermatology" and r.binds == "producer" and r.state == "tested"
    }
    assert asked - ELSEWHERE <= held


def test_series_quality_review_and_changes_ask_for_nothing_beyond_r4(dermatology):
    series = next(s for s in structures(dermatology) if s["id"] == "annotation-series")
    rows = series["differential"]["element"]
    assert {key for row in rows for key in row} <= {"id", "path", "short", "comment"}
    bound = {e["binding"]["valueSet"] for _, e in elements(dermatology) if "binding" in e}
    assert not [url for url in bound if "qa" in url or "change" in url]


def test_the_body_sites_are_the_published_ones(dermatology):
    sites = dermatology["ValueSet-body-sites-skin.json"]["compose"]["include"][0]
    listed = [c["code"] for c in sites["concept"]]
    assert sites["system"] == "http://snomed.info/sct"
    assert (len(listed), len(set(listed)), listed[0], listed[-1]) == (23, 23, "41695006", "182325008")
