"""Fixtures: found by name, and made into the bodies that are sent; nothing here opens a socket."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import jsontext, pointer
from conformance.definitions import r4
from conformance.definitions.release import R4, RELEASES, release
from conformance.problem import Place, Problem, did_you_mean
from conformance.read.lookups import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from conformance.model import Json
    from conformance.read.lookups import LookUp

TAG_SYSTEM = "urn:dermconf"
_LITERAL = re.compile(r"([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}")


@dataclass(frozen=True, slots=True)
class Fixtures:
    """The fixture files of some folders; a name in two of them is refused."""

    folders: tuple[Path, ...]
    _read: dict[str, Json] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        seen: dict[str, Path] = {}
        for folder in self.folders:
            for path in sorted(folder.rglob("*.json")):
                name = path.relative_to(folder).as_posix()
                if name in seen:
                    message = f"the fixture '{name}' stands in two places: {seen[name]} and {path}"
                    raise Problem("fixture-clash", message, place=Place(str(path)), hint="rename yours")
                seen[name] = path

    def names(self) -> list[str]:
        """Return the names of all fixtures, as scenarios write them."""
        return sorted(
            path.relative_to(folder).as_posix() for folder in self.folders for path in folder.rglob("*.json")
        )

    def body(self, name: str) -> Json:
        """Return a fixture's JSON with exact decimals, not to be changed; raises Problem if there is none."""
        if name not in self._read:
            self._read[name] = _resource(self._path(name), name)
        return self._read[name]

    def owned(self, name: str) -> str:
        """Return the `Type/id` that a fixture's first entry owns."""
        body = self.body(name)
        return f"{body['resourceType']}/{body['id']}" if "id" in body else ""

    def _path(self, name: str) -> Path:
        for folder in self.folders:
            path = folder / name
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path
        hint = did_you_mean(name, self.names()) or "fixtures lie in fixtures/ beside testcases/"
        raise Problem("unknown-fixture", f"no fixture named '{name}'", hint=hint)


def release_of(name: str) -> str:
    """Return the release that a fixture is of: that of its folder, such as `r5/`, else R4."""
    first = name.partition("/")[0]
    return next((known for known in RELEASES if known.lower() == first), R4)


def _resource(path: Path, name: str) -> Json:
    try:
        body = jsontext.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise Problem(
            "fixture", f"the fixture '{name}' is not JSON: {error}", place=Place(str(path))
        ) from None
    spoken = release_of(name)
    with release(spoken):
        known = isinstance(body, dict) and body.get("resourceType") in r4.resource_types()
    if not known:
        raise Problem("fixture", f"the fixture '{name}' is no FHIR {spoken} resource", place=Place(str(path)))
    return body


def stripped(body: Json) -> Json:
    """Return a resource without what only its server may say: id, versionId, lastUpdated."""
    meta = {
        key: value for key, value in body.get("meta", {}).items() if key not in {"versionId", "lastUpdated"}
    }
    rest = {key: value for key, value in body.items() if key not in {"id", "meta"}}
    return rest | ({"meta": meta} if meta else {})


def changed(body: Json, put: Mapping[str, Json], drop: Collection[str]) -> Json:
    """Return a fixture stripped and with `set` and `drop` applied, look-ups and references as written."""
    return pointer.changed(stripped(body), put, drop)


def build(
    body: Json,
    *,
    put: Mapping[str, Json],
    drop: Collection[str],
    actual: Mapping[str, str],
    look: Callable[[LookUp], str],
    tag: str,
) -> Json:
    """Return the body to send: changed, owned references and look-ups replaced, and the run tag added."""
    return tagged(translated(changed(body, put, drop), actual, look), tag)


def altered(
    body: Json,
    *,
    put: Mapping[str, Json],
    drop: Collection[str],
    actual: Mapping[str, str],
    look: Callable[[LookUp], str],
) -> Json:
    """Return a body that was sent or read before with `set` and `drop` applied, as an update sends it."""
    return pointer.changed(body, values(put, actual=actual, look=look), drop)


def values(
    put: Mapping[str, Json], *, actual: Mapping[str, str], look: Callable[[LookUp], str]
) -> Mapping[str, Json]:
    """Return the values of `set` with owned references and look-ups replaced."""
    return {at: _translated_at(at.rpartition("/")[2], value, actual, look) for at, value in put.items()}


def translated(value: Json, actual: Mapping[str, str], look: Callable[[LookUp], str]) -> Json:
    """Return a value whose references to an owned `Type/id` name the actual resource, look-ups replaced."""
    if isinstance(value, dict):
        return {filled(key, look): _translated_at(key, part, actual, look) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [translated(part, actual, look) for part in value]
    return filled(value, look)


def _translated_at(key: str, value: Json, actual: Mapping[str, str], look: Callable[[LookUp], str]) -> Json:
    if key == "reference" and isinstance(value, str):
        return filled(_actual(value, actual), look)
    return translated(value, actual, look)


def _actual(reference: str, actual: Mapping[str, str]) -> str:
    if reference in actual:
        return actual[reference]
    if is_literal(reference):
        raise Problem("unowned-reference", f"nothing in this scenario owns '{reference}'")
    return reference


def is_literal(reference: str) -> bool:
    """Tell whether a reference is `Type/id`, which in a fixture has to be owned."""
    match = _LITERAL.fullmatch(reference)
    return match is not None and match[1] in r4.resource_types()


def references(value: Json, at: str = "") -> Iterator[tuple[str, str]]:
    """Return every `reference` text of a body with its JSON Pointer."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "reference" and isinstance(part, str):
                yield f"{at}/reference", part
            else:
                yield from references(part, f"{at}/{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from references(part, f"{at}/{index}")


def tagged(body: Json, tag: str) -> Json:
    """Return a body with the run's tag, and its identifier where the type has one and the body has none."""
    meta = body.get("meta", {})
    tags = [*meta.get("tag", []), {"system": TAG_SYSTEM, "code": tag}]
    found = r4.children(body["resourceType"]).get("identifier")
    if found is None or "identifier" in body:
        return body | {"meta": meta | {"tag": tags}}
    identifier = {"system": TAG_SYSTEM, "value": tag}
    return body | {
        "meta": meta | {"tag": tags},
        "identifier": identifier if found.max == "1" else [identifier],
    }
