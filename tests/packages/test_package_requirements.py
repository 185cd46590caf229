"""A rule whose requirement the catalogue lacks is told by no run."""

from conformance import catalogue


def carried(value):
    """Yield every requirement that is named anywhere in a definition."""
    if isinstance(value, dict):
        if value.get("url") == "urn:dermconf:requirement":
            yield value["valueString"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from carried(each)


def test_what_a_package_carries_is_in_the_catalogue(package):
    _, _, files = package
    named = {id_ for resource in files.values() for id_ in carried(resource)}
    assert named
    assert named - {*catalogue.requirements()} == set()
