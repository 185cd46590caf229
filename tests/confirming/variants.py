"""Packages to compare with ours: written into a folder or an archive, from ours or by structure alone."""

import io
import json
import tarfile

from conformance import catalogue, packages
from conformance.confirming import given

MANIFEST = {"name": "annotatemd.dermatology-annotation", "version": "0.2.0", "fhirVersions": ["4.0.1"]}


def bare(value):
    """Return a definition without what only ours says: the requirement behind a rule, and its evidence."""
    if isinstance(value, dict):
        return {key: bare(each) for key, each in value.items() if key != "extension"}
    return [bare(each) for each in value] if isinstance(value, list) else value


def ours(name="dermatology"):
    """Return the resources of a shipped package by file name, as if another had written them."""
    found = sorted(packages.folder(name).glob("*-*.json"))
    return {path.name: bare(json.loads(path.read_text(encoding="utf-8"))) for path in found}


def elements(resources, profile):
    return resources[f"StructureDefinition-{profile}.json"]["differential"]["element"]


def at(resources, profile, id_):
    return next(each for each in elements(resources, profile) if each["id"] == id_)


def constraint(resources, profile, key):
    return next(c for e in elements(resources, profile) for c in e.get("constraint", ()) if c["key"] == key)


def without(resources, profile, *keys):
    """Take constraints out."""
    for element in elements(resources, profile):
        if "constraint" in element:
            element["constraint"] = [c for c in element["constraint"] if c["key"] not in keys]


def as_folder(folder, resources, manifest=MANIFEST):
    folder.mkdir(parents=True, exist_ok=True)
    for name, resource in {"package.json": manifest, **resources}.items():
        (folder / name).write_text(json.dumps(resource), encoding="utf-8")
    return folder


def as_archive(path, resources, manifest=MANIFEST):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, resource in {"package.json": manifest, **resources}.items():
            data = json.dumps(resource).encode()
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def read(*paths):
    return given.read(paths, catalogue.requirements())
