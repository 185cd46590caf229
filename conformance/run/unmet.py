"""Whether a scenario can be played against a target at all: its needs against claims and permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.model import IMAGING
from conformance.run.ends import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.capability import Capability
    from conformance.model import Scenario, Target
    from conformance.read.needs import Needs

_READ = "GET [base]/metadata"
_SETTINGS = "the target's settings"
# What is spoken where nothing says otherwise.
_USUAL = "R4"
# Whose rules ask for a base; nobody has to have a hub.
_ASKED_BY: Mapping[str, tuple[str, ...]] = {"imaging": (IMAGING, "wado"), "wado": (IMAGING, "wado")}
_UNVERSIONED = "no-version"
# R4-SRCH-13: every server that searches supports `_id`, claimed or not.
_UNCLAIMED = frozenset({"_id"})


def unmet(scenario: Scenario, needs: Needs, claims: Capability, target: Target) -> Skipped | None:
    """Return why a scenario is not played, or None where it is."""
    before = (
        _other_release(scenario, claims, target),
        _other_edition(scenario, target),
        _denied(needs, target),
        _unset(needs, target, scenario.optional),
    )
    if found := next(filter(None, before), None):
        return found
    if not claims.readable:
        unread = "a CapabilityStatement that tells what the server does without"
        return Skipped("skip", unread, _READ) if _says_what_is_lacking(needs) else None
    lacking = [*_lacking(needs, claims), *_present(needs, claims)]
    return Skipped("skip", "; ".join(lacking), _READ) if lacking else None


def _other_release(scenario: Scenario, claims: Capability, target: Target) -> Skipped | None:
    """Return why a scenario of a release of FHIR is not played: nothing says that it is spoken."""
    release = scenario.fhir
    if claims.fhir_version and not speaks(release, claims.fhir_version):
        unlock = f"versions: {{{release}: …}} of the target in dermconf.yaml"
        return Skipped("skip", f"FHIR {release}; the server speaks {claims.fhir_version}", _READ, unlock)
    if not claims.fhir_version and release not in {_USUAL, *target.versions}:
        return Skipped("skip", f"FHIR {release}; the server does not say which it speaks", _READ)
    return None


def _denied(needs: Needs, target: Target) -> Skipped | None:
    """Return what the target's owner does not allow and the scenario cannot do without."""
    if needs.writes and target.read_only:
        return Skipped("out-of-reach", "permission to write", "--read-only", "run it without --read-only")
    asked = (("delete", needs.deletes), ("validate", needs.validates), ("search-by-post", needs.posts))
    for name, needed in asked:
        if needed and name in target.denied:
            return Skipped("out-of-reach", f"permission: {name}", "permissions", f"permissions: [{name}]")
    return None


def _unset(needs: Needs, target: Target, optional: str) -> Skipped | None:
    """Return what the target's settings have to name and do not.

    Nobody has to have images elsewhere: who says nothing of such a base is not asked about it. And what a
    scenario calls optional, nobody has to have.
    """
    where = "of the target in dermconf.yaml"
    if bases := sorted(needs.bases - target.bases.keys()):
        held_to = any(target.gated(spec) for base in bases for spec in _ASKED_BY.get(base, ()))
        unlock = f"{', '.join(f'{name}: …' for name in bases)} {where}"
        lacks = f"the target's {' and '.join(bases)} base"
        return Skipped("untested" if held_to else "skip", lacks, _SETTINGS, unlock)
    for kind, wanted, there in (
        ("known", needs.known, target.known.keys()),
        ("credentials", needs.credentials, set(target.credentials)),
    ):
        if unknown := sorted(wanted - there):
            unlock = f"{kind}: {{{', '.join(f'{name}: …' for name in unknown)}}} {where}"
            what = f"{'known values' if kind == 'known' else kind}: {', '.join(unknown)}"
            lacks = f"{what} ({optional})" if optional else what
            return Skipped("skip" if optional else "untested", lacks, _SETTINGS, unlock)
    return None


def _other_edition(scenario: Scenario, target: Target) -> Skipped | None:
    """Return why a scenario of one edition of a guide is not played.

    What a scenario writes says by itself which edition it follows; what is found does not.
    """
    spec, _, named = scenario.edition.partition("@")
    editions, held_to = named.split(","), target.edition(spec)
    if not named or held_to in editions or not (held_to or _finds(scenario)):
        return None
    told = f"the target is held to {held_to}" if held_to else "none is set for the target"
    message = f"{spec} in the edition {' or '.join(editions)}; {told}"
    return Skipped("skip", message, unlock=f"--gate {spec}@{editions[0]}")


def _finds(scenario: Scenario) -> bool:
    return not scenario.given


_VERSIONS = {
    "R4": ("4.0", "4.1", "4.3"),
    "R5": ("5.",),
    # Until R6 is a release, any of its ballots.
    "R6": ("6.",),
    "STU3": ("3.",),
    "DSTU2": ("1.0",),
}


def speaks(wanted: str, version: str) -> bool:
    """Tell whether a server of this version speaks the FHIR that a scenario is written for."""
    return version.startswith(_VERSIONS[wanted])


def _lacking(needs: Needs, claims: Capability) -> Iterator[str]:
    for type_, interaction in _each(needs.interactions):
        if not claims.claims(type_, interaction):
            yield f"{interaction} of {type_ or 'the system'} is not claimed"
    for type_, code in _each(needs.parameters):
        known = r4.parameter(type_, code) is not None and code not in _UNCLAIMED
        if known and not claims.parameter(type_, code):
            yield f"search parameter '{code}' of {type_} is not claimed"
    for type_, profile in _each(needs.profiles):
        if profile not in claims.profiles(type_):
            yield f"supportedProfile '{profile}' of {type_} is not claimed"
    for key, wanted in (("searchInclude", needs.includes), ("searchRevInclude", needs.revincludes)):
        for type_, include in _each(wanted):
            if not _listed(include, claims.includes(type_, key)):
                yield f"{key} '{include}' of {type_} is not claimed"


def _says_what_is_lacking(needs: Needs) -> bool:
    """Tell whether a scenario is about servers that say that they do without something."""
    return bool(needs.absent) or any(_UNVERSIONED in found for found in needs.interactions.values())


def _present(needs: Needs, claims: Capability) -> Iterator[str]:
    """Yield what a scenario about a server without it finds claimed."""
    for type_, interaction in _each(needs.absent):
        if claims.claims(type_, interaction):
            yield f"{interaction} of {type_ or 'the system'} is claimed"


def _each(wanted: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    return ((type_, one) for type_, several in sorted(wanted.items()) for one in sorted(several))


def _listed(include: str, listed: frozenset[str]) -> bool:
    """Tell whether an include is listed, with or without its target type, or may be meant by `*`."""
    short = ":".join(include.split(":")[:2])
    return "*" in listed or short in {":".join(entry.split(":")[:2]) for entry in listed}
