"""A CapabilityStatement as each release of FHIR writes it; DSTU2 calls it Conformance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import R4, current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

_OLD = frozenset({"STU3", "DSTU2"})
# What this server does at these bases, and the statement of that release has no word for.
_WORDLESS: Mapping[str, frozenset[str]] = {"DSTU2": frozenset({"patch", "batch", "history-system"})}


def as_release(statement: Json) -> Json:
    """Return the statement in the current release: elements and codes that it lacks are left out."""
    name = current()
    if name == R4:
        return statement
    kind = "Conformance" if name == "DSTU2" else "CapabilityStatement"
    # STU3 and DSTU2 want it said what becomes of unknown elements: they are refused.
    told = {**statement, **({"acceptUnknown": "no"} if name in _OLD else {})}
    rests = [_rest(rest, kind, _WORDLESS.get(name, frozenset())) for rest in told["rest"]]
    return {"resourceType": kind, **_known({**told, "rest": rests}, kind)}


def _rest(rest: Json, kind: str, wordless: frozenset[str]) -> Json:
    resources = [_resource(each, kind, wordless) for each in rest["resource"]]
    return _known({**_claimed(rest, wordless), "resource": resources, "operation": []}, f"{kind}.rest")


def _resource(entry: Json, kind: str, wordless: frozenset[str]) -> Json:
    # $validate is asked of R4 alone, and a profile has no reference in older releases.
    kept = {**_claimed(entry, wordless), "operation": [], "supportedProfile": []}
    return _known(kept, f"{kind}.rest.resource")


def _claimed(entry: Json, wordless: frozenset[str]) -> Json:
    return {**entry, "interaction": [one for one in entry["interaction"] if one["code"] not in wordless]}


def _known(entry: Json, path: str) -> Json:
    return {name: value for name, value in entry.items() if name in r4.children(path) and value != []}
