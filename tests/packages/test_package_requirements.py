"""A rule whose requirement the catalogue lacks is told by no run: each such is accounted for."""

import pytest

from conformance import catalogue, guides

_IMAGING = "judged by the imaging source's own scenarios, whose rows of the catalogue are not written yet"
# Requirements that a shipped package carries and the catalogue lacks, each with the reason.
OUTSIDE = {
    "SIA-EPT-01": _IMAGING,
    "SIA-EPT-02": _IMAGING,
    "SIA-SRC-01": _IMAGING,
    "SIA-SRC-02": _IMAGING,
    "SIA-SRC-03": _IMAGING,
    "SIA-STU-01": _IMAGING,
    "SIA-STU-02": _IMAGING,
    "SIA-STU-03": _IMAGING,
    "SIA-STU-04": _IMAGING,
    "SIA-STU-05": _IMAGING,
}


def carried(value):
    """Yield every requirement that is named anywhere in a definition."""
    if isinstance(value, dict):
        if value.get("url") == "urn:dermconf:requirement":
            yield value["valueString"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from carried(each)


def test_what_a_package_carries_is_in_the_catalogue_or_accounted_for(package):
    _, _, files = package
    named = {id_ for resource in files.values() for id_ in carried(resource)}
    assert named
    assert named - {*catalogue.requirements(), *OUTSIDE} == set()


@pytest.mark.parametrize("id_", OUTSIDE)
def test_what_is_accounted_for_is_not_in_the_catalogue(id_):
    assert id_ not in catalogue.requirements()


def test_what_is_accounted_for_is_carried():

    shipped = guides.shipped().definitions.packages
    named = {id_ for package in shipped for each in package.resources for id_ in carried(each)}
    assert set(OUTSIDE) <= named
