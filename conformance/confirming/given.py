"""Packages that were given in place of ours: read, compared with our rules, and laid over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import guides, packages
from conformance.confirming import beside
from conformance.confirming.facets import Standing
from conformance.confirming.ours import rules
from conformance.confirming.reading import Compared, by_requirement, compare
from conformance.confirming.unknown import Demand, unknown
from conformance.confirming.view import View
from conformance.confirming.woven import Woven, regraded
from conformance.definitions.packages import Package, load
from conformance.definitions.shape import text
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology
from conformance.guides import Guides
from conformance.model import Evidence
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.model import Json, Requirement

_TERMS = ("ValueSet", "CodeSystem")
# The kind of issue by which the engine tells that a fact of a profile was broken.
_CODES = {"min": "required", "slice": "required", "binding": "code-invalid", "value": "value"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Some packages: what they say of our rules, what else they demand, and the definitions to judge by."""

    packages: tuple[Package, ...]
    compared: tuple[Compared, ...]
    unknown: tuple[tuple[str, Demand], ...]
    guides: Woven = field(repr=False)

    @property
    def standings(self) -> Mapping[str, Standing]:
        """Return what the packages say of each requirement that a profile of ours carries."""
        return by_requirement(self.compared)


def read(paths: Sequence[Path], catalogue: Mapping[str, Requirement]) -> Given:
    """Return the packages at some paths, compared; raises Problem where one is broken or none is related.

    A path may be the name of a shipped guide: it goes before its other version, and is compared with nothing.
    """
    given = [load(path) for path in paths if str(path) not in packages.NAMES]
    named = [load(packages.folder(str(path))) for path in paths if str(path) in packages.NAMES]
    ours = [*_shipped(), *named]
    laid = _guides([*ours, *given])
    views = {view.profile: view for view in _views(given, ours, laid)}
    if given and not views:
        raise _unrelated(given)
    chosen = _counterparts(views, ours)
    base = _guides([*ours, *chosen])
    compared = (*_compared(chosen, views, base, catalogue), *beside.searches(chosen, given))
    gone = _gone(compared, given)
    woven = Woven(
        definitions=laid.definitions,
        terminology=laid.terminology,
        ours=_guides([*ours, *_regraded(chosen, compared, gone), *_terms(given)]),
        replaced=frozenset(views),
        carried=_carried(compared, views, gone),
        gone=gone,
    )
    for view in views.values():
        # A definition that cannot be compiled is told before anything is sent.
        woven.issues({"resourceType": text(view.definition, "type")}, [view.profile])
    return Given(
        packages=(*named, *given),
        compared=compared,
        unknown=(*_unknown(given, views, compared, base), *beside.codes(given, laid, base)),
        guides=woven,
    )


def _shipped() -> Sequence[Package]:
    return guides.shipped().definitions.packages


def _guides(found: Sequence[Package]) -> Guides:
    definitions = Definitions(found)
    return Guides(definitions=definitions, terminology=Terminology(definitions))


def _profiles(found: Sequence[Package]) -> Iterator[Json]:
    for package in found:
        yield from (r for r in package.resources if r.get("resourceType") == "StructureDefinition")


def _views(given: Sequence[Package], ours: Sequence[Package], laid: Guides) -> Iterator[View]:
    """Yield the profiles that a package defines and that we define, too."""
    known = {text(each, "url") for each in _profiles(ours)}
    for url in dict.fromkeys(text(each, "url") for each in _profiles(given)):
        if url in known:
            view = View(profile=url, guides=laid)
            if not view.rows:
                raise Problem("broken-definition", f"{url}: the package's definition has no snapshot")
            yield view


def _unrelated(given: Sequence[Package]) -> Problem:
    named = ", ".join(f"{each.name} {each.version}".strip() for each in given)
    bases = dict.fromkeys(
        text(each, "url").rpartition("/StructureDefinition/")[0] for each in _profiles(_shipped())
    )
    return Problem(
        "unrelated-package",
        f"{named} defines none of the profiles that dermconf judges by",
        hint=f"packages of these guides are compared: {', '.join(bases)}",
    )


def _counterparts(views: Mapping[str, View], ours: Sequence[Package]) -> list[Package]:
    """Return the packages of ours that the given ones stand for, of the same version where there is one."""
    found: dict[str, Package] = {}
    for url, view in views.items():
        having = [p for p in ours if any(text(each, "url") == url for each in _profiles([p]))]
        version = text(view.definition, "version")
        same = [p for p in having if any(_is(each, url, version) for each in _profiles([p]))]
        chosen = (same or having)[-1]
        found[f"{chosen.name} {chosen.version}"] = chosen
    return list(found.values())


def _is(definition: Json, url: str, version: str) -> bool:
    return text(definition, "url") == url and text(definition, "version") == version


def _compared(
    chosen: Sequence[Package],
    views: Mapping[str, View],
    base: Guides,
    catalogue: Mapping[str, Requirement],
) -> Iterator[Compared]:
    for definition in _profiles(chosen):
        for rule in rules(definition, base):
            known = catalogue.get(rule.requirement)
            yield compare(rule, views.get(rule.profile), known.level if known else None)


def _gone(compared: Sequence[Compared], given: Sequence[Package]) -> Mapping[str, str]:
    """Return the requirements that are contradicted, each with what the packages say in their place."""
    standings = by_requirement(compared)
    named = ", ".join(f"{each.name} {each.version}".strip() for each in given)
    told: dict[str, str] = {}
    for each in compared:
        name = each.rule.requirement
        if standings[name] is Standing.CONTRADICTED and each.standing is Standing.CONTRADICTED:
            one = each.deciding[0]
            told.setdefault(name, f"superseded: {named} says otherwise ({one.at}: {one.theirs})")
    return told


def _regraded(
    chosen: Sequence[Package], compared: Sequence[Compared], gone: Mapping[str, str]
) -> Iterator[Package]:
    """Yield our packages with the evidence that the comparison leaves to each rule."""
    grades: dict[str, dict[str, str]] = {}
    for each in compared:
        grade = _grade(each, gone)
        if grade is not None:
            grades.setdefault(each.rule.profile, {})[each.rule.key] = grade
    for package in chosen:
        made = tuple(
            regraded(r, grades[r["url"]])
            if r.get("resourceType") == "StructureDefinition" and r.get("url") in grades
            else r
            for r in package.resources
        )
        yield Package(name=package.name, version=package.version, sha256=package.sha256, resources=made)


def _grade(compared: Compared, gone: Mapping[str, str]) -> str | None:
    if compared.rule.requirement in gone or compared.standing is Standing.CONTRADICTED:
        return ""
    return Evidence.EXPLICIT.value if compared.standing is Standing.CONFIRMED else None


def _terms(given: Sequence[Package]) -> Iterator[Package]:
    """Yield the value sets and code systems of packages: our rules, too, go by them."""
    for each in given:
        terms = tuple(r for r in each.resources if r.get("resourceType") in _TERMS)
        yield Package(name=each.name, version=each.version, sha256=each.sha256, resources=terms)


def _carried(
    compared: Sequence[Compared], views: Mapping[str, View], gone: Mapping[str, str]
) -> Mapping[tuple[str, str], str]:
    """Return the requirement behind each fact of a package that confirms rules of ours.

    A fact that confirms rules of several requirements is none's: our rules say which of them is broken.
    """
    behind: dict[tuple[str, str], set[str]] = {}
    for each in compared:
        view = views.get(each.rule.profile)
        if view and each.standing is Standing.CONFIRMED and each.rule.requirement not in gone:
            for fact in _facts(each, view):
                behind.setdefault(fact, set()).add(each.rule.requirement)
    return {fact: names.pop() for fact, names in behind.items() if len(names) == 1}


def _facts(compared: Compared, view: View) -> Iterator[tuple[str, str]]:
    """Yield the source and the kind of the issues that tell that a deciding fact was broken."""
    for at, aspect in (use for one in compared.deciding for use in one.uses):
        kind, _, key = aspect.partition(":")
        if kind == "constraint":
            yield f"{_source(view, at, key)}#{key}", "invariant"
        elif kind in _CODES:
            yield f"{view.profile}#{at}", _CODES[kind]


def _source(view: View, at: str, key: str) -> str:
    """Return the definition that the engine names as a constraint's source."""
    there = (each for id_, each in view.constraints() if id_ == at)
    found = (text(each, "source") for each in there if text(each, "key") == key)
    return next(found, "") or view.profile


def _unknown(
    given: Sequence[Package], views: Mapping[str, View], compared: Sequence[Compared], base: Guides
) -> Iterator[tuple[str, Demand]]:
    for url, view in views.items():
        mine = [each for each in compared if each.rule.profile == url]
        used = {use for each in mine for one in each.said for use in one.uses}
        yield from ((url, demand) for demand in unknown(view, View(profile=url, guides=base), used))
    for each in _profiles(given):
        if text(each, "url") not in views and text(each, "type") != "Extension":
            says = f"a profile of {text(each, 'type')} that dermconf has no rules of"
            yield text(each, "url"), Demand(at="", aspect="profile", says=says)
