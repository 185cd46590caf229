"""Read what an implementation guide publishes: a package archive, a folder, or one file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from json import JSONDecodeError
from typing import TYPE_CHECKING

from conformance import jsontext
from conformance.definitions import fhirxml
from conformance.definitions.shape import objects, part, text, texts
from conformance.definitions.tarball import LARGEST_FILE, is_tarball, read_tarball
from conformance.problem import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from conformance.model import Json

_MANIFEST = "package.json"
_MOST_FILES = 20_000
_MARKUP = re.compile(rb"\s*<")
_R4 = re.compile(r"4\.[0-3]\b.*|R4B?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The resources of one package, and what names it; `sha256` is that of its bytes."""

    name: str
    version: str
    sha256: str
    resources: tuple[Json, ...]


def load(path: Path) -> Package:
    """Return the package at a path: a `.tgz`, a folder, or a JSON or XML file."""
    if path.is_dir():
        files = _folder(path)
        return _package(path, files, _digest(files))
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise Problem(
            "unreadable-package", message, hint="name a .tgz, a folder, or a .json or .xml file"
        ) from None
    sha256 = hashlib.sha256(data).hexdigest()
    files = read_tarball(data, str(path)) if is_tarball(data) else {path.name: data}
    return _package(path, files, sha256)


def parsed(data: bytes, file: str, *, ordered: bool = False) -> Json:
    """Return the value of a JSON or XML file; `file` is what messages call it.

    A file that is itself judged has its XML elements `ordered`; of a definition it does not matter.
    """
    body = data.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(body):
        return fhirxml.loads(body, file, ordered=ordered)
    try:
        return jsontext.loads(body.decode(), unique=True)
    except JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise Problem("broken-json", f"this is not JSON: {error.msg}", place=place) from None
    except UnicodeDecodeError as error:
        message = f"the text is not UTF-8: byte {error.start + 1} is 0x{body[error.start]:02x}"
        raise Problem("broken-json", message, place=Place(file), hint="write it as UTF-8") from None
    except jsontext.RepeatedName as error:
        # R4 json.html: property names are unique, since readers differ in which of two they take.
        message = f"the property '{error}' stands twice in one object"
        raise Problem("repeated-name", message, place=Place(file), hint="leave one of them") from None
    except ValueError as error:
        raise Problem("broken-json", f"this is not JSON: {error}", place=Place(file)) from None


def _package(path: Path, files: Mapping[str, bytes], sha256: str) -> Package:
    alone = len(files) == 1
    values = {name: parsed(data, str(path if alone else path / name)) for name, data in files.items()}
    manifest = values.pop(_MANIFEST, {})
    resources = tuple(r for value in values.values() for r in _resources(value, unwrap=alone))
    if not resources:
        raise Problem("empty-package", f"{path} holds no FHIR resource", hint="is it the package of a guide?")
    stated = manifest if isinstance(manifest, dict) else {}
    _refuse_other_versions(path, stated, resources)
    guide: Json = next((r for r in resources if r["resourceType"] == "ImplementationGuide"), {})
    return Package(
        name=text(stated, "name") or text(guide, "packageId") or path.name,
        version=text(stated, "version") or text(guide, "version"),
        sha256=sha256,
        resources=resources,
    )


def _resources(value: Json, *, unwrap: bool) -> Iterator[Json]:
    """Yield the resource that a file holds, or those of a Bundle that stands alone: else it is an example."""
    if not isinstance(value, dict) or not text(value, "resourceType"):
        return
    if value["resourceType"] != "Bundle" or not unwrap:
        yield value
        return
    inside = (part(entry, "resource") for entry in objects(value, "entry"))
    yield from (each for each in inside if text(each, "resourceType"))


def _refuse_other_versions(path: Path, manifest: Json, resources: Iterable[Json]) -> None:
    """Raise Problem for a package of another FHIR version: what its manifest says, or else its profiles."""
    listed = [*texts(manifest, "fhirVersions"), *texts(manifest, "fhir-version-list")]
    profiles = (each for each in resources if each["resourceType"] == "StructureDefinition")
    stated = listed or sorted({version for each in profiles if (version := text(each, "fhirVersion"))})
    if stated and not any(map(_R4.fullmatch, stated)):
        message = f"{path} is made for FHIR {', '.join(stated)[:60]}, and not for R4"
        raise Problem(
            "other-version", message, hint="name the package that its guide publishes for R4 (4.0.1)"
        )


def _folder(path: Path) -> dict[str, bytes]:
    """Return the files of a folder, and of its `package` folder if it has one."""
    inside = path / "package" if (path / "package").is_dir() else path
    found = {}
    for file in sorted(inside.iterdir()):
        if file.suffix in (".json", ".xml") and not file.name.startswith("."):
            found[file.name] = _bounded(file)
        if len(found) > _MOST_FILES:
            raise Problem("too-large", f"{path} holds more than {_MOST_FILES} files")
    return found


def _bounded(file: Path) -> bytes:
    if file.is_symlink() or not file.is_file():
        raise Problem(
            "refused-package", f"{file} is no plain file", hint="put the file itself into the folder"
        )
    if file.stat().st_size > LARGEST_FILE:
        raise Problem("too-large", f"{file} is larger than {LARGEST_FILE} bytes")
    return file.read_bytes()


def _digest(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, data in files.items():
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()
