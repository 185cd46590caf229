"""The packages, the resources that they are about, and what is done to those."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from conformance import packages, pointer, shipped

HERE = Path(__file__).parent


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def files(name):
    """Return the resources of a package by the path of their file."""
    folder = packages.folder(name)
    found = sorted(folder.rglob("*-*.json"))
    return {path.relative_to(folder).as_posix(): read(path) for path in found}


@dataclass(frozen=True)
class Mutation:
    """What is done to a valid resource, and what has to be found then."""

    source: dict
    resource: dict
    found: frozenset


def named(name):
    """Return a fixture by its name, or an example as `package/Type-id`."""
    package, _, example = name.partition("/")
    return files(package)[f"example/{example}.json"] if example else read(shipped.fixtures() / f"{name}.json")


def mutation(row):
    source = named(row["of"])
    errors = {(requirement, "error") for requirement in row.get("breaks", ())}
    warnings = {(requirement, "warning") for requirement in row.get("warns", ())}
    resource = pointer.changed(source, row.get("put", {}), row.get("drop", ()))
    return Mutation(source, resource, frozenset(errors | warnings))


def title(row):
    changed = ",".join([*row.get("put", {}), *row.get("drop", ())])
    return f"{row['of']}:{changed}:{'+'.join([*row.get('breaks', ()), *row.get('warns', ())]) or 'lawful'}"


def pytest_generate_tests(metafunc):
    for name in ("dermatology", "neighbours"):
        if f"{name}_mutation" in metafunc.fixturenames:
            rows = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
            metafunc.parametrize(f"{name}_mutation", [pytest.param(mutation(r), id=title(r)) for r in rows])


@pytest.fixture(scope="session", params=packages.NAMES)
def package(request):
    """Return one package after the other: its description and the resources of its files."""
    return read(packages.folder(request.param) / "package.json"), files(request.param)


@pytest.fixture(scope="session")
def dermatology():
    return files("dermatology")
