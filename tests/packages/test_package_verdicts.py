"""The packages as the profile engine reads them: every mutation is found, and found under its requirement."""

from functools import cache

from conformance import packages, profiles
from conformance.definitions.packages import load
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology


@cache
def definitions(name):
    return Definitions((load(packages.folder(name)),))


@cache
def terminology(name):
    return Terminology(definitions(name))


def judged(resource, name):
    issues = profiles.judge(resource, (), definitions(name), terminology=terminology(name))
    # R4 itself prefers codes, and asks every resource for a narrative (dom-6): neither is a rule of a guide.
    return [i for i in issues if i.severity != "information" and not i.message.startswith("dom-6")]


def attributed(issues):
    return {(issue.requirement, issue.severity.value) for issue in issues if issue.requirement}


def errors(issues):
    return [issue for issue in issues if issue.severity == "error"]


def finds(mutation):
    issues = judged(mutation.resource, mutation.package)
    assert bool(errors(issues)) == any(severity == "error" for _, severity in mutation.found)
    return attributed(issues)


def test_a_mutation_of_an_annotation_is_found_under_its_requirement(dermatology_mutation):
    assert finds(dermatology_mutation) == dermatology_mutation.found


def test_a_mutation_of_a_neighbour_s_example_is_found_under_its_requirement(neighbours_mutation):
    assert finds(neighbours_mutation) == neighbours_mutation.found


def test_every_definition_and_example_is_valid(package):
    name, _, files = package
    assert not [
        (path, errors(judged(resource, name)))
        for path, resource in files.items()
        if errors(judged(resource, name))
    ]


def test_a_fixture_that_claims_a_profile_is_valid_without_a_warning(claiming_fixture):
    assert not judged(claiming_fixture, "dermatology")
