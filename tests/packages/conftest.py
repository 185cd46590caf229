"""The packages, the resources that they are about, and what is done to those."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from conformance import packages, pointer, shipped

HERE = Path(__file__).parent
IG = "https://annotatemd.com/fhir/ig"


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

    package: str
    source: dict
    resource: dict
    found: frozenset


def fixture(name):
    return read(shipped.fixtures() / f"{name}.json")


def claiming():
    """Return the names of the fixtures that claim a profile of the dermatology guide."""
    found = sorted(shipped.fixtures().glob("*.json"))
    return [path.stem for path in found if f"{IG}/StructureDefinition/" in path.read_text(encoding="utf-8")]


def mutation(row):
    package, _, example = row["of"].rpartition("/")
    source = files(package)[f"example/{example}.json"] if package else fixture(example)
    errors = {(requirement, "error") for requirement in row.get("breaks", ())}
    warnings = {(requirement, "warning") for requirement in row.get("warns", ())}
    resource = pointer.changed(source, row.get("put", {}), row.get("drop", ()))
    judged_by = row.get("within", package or "dermatology")
    return Mutation(judged_by, source, resource, frozenset(errors | warnings))


def title(row):
    changed = ",".join([*row.get("put", {}), *row.get("drop", ())])
    return f"{row['of']}:{changed}:{'+'.join([*row.get('breaks', ()), *row.get('warns', ())]) or 'lawful'}"


def pytest_generate_tests(metafunc):
    for name in ("dermatology", "neighbours"):
        if f"{name}_mutation" in metafunc.fixturenames:
            rows = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
            metafunc.parametrize(f"{name}_mutation", [pytest.param(mutation(r), id=title(r)) for r in rows])
    if "claiming_fixture" in metafunc.fixturenames:
        metafunc.parametrize("claiming_fixture", [pytest.param(fixture(n), id=n) for n in claiming()])


@pytest.fixture(scope="session", params=packages.NAMES)
def package(request):
    """Return one package after the other: its name, its description and the resources of its files."""
    return request.param, read(packages.folder(request.param) / "package.json"), files(request.param)


@pytest.fixture(scope="session", params=["dermatology", "ai-transparency-ballot", "ai-transparency-current"])
def catalogued(request):
    """Return one package after the other of those whose rules are all in the catalogue."""
    return files(request.param)


@pytest.fixture(scope="session")
def dermatology():
    return files("dermatology")


@pytest.fixture(scope="session")
def ballot():
    return files("ai-transparency-ballot")
