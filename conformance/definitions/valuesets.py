"""A ValueSet turned into a test of codes (R4 valueset.html, sections 4.9.7 and 4.9.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions.answers import (
    Answer,
    all_of,
    any_of,
    never_no,
    opposite,
    unanimous,
    unknown,
)
from conformance.definitions.grammars import shaped
from conformance.definitions.shape import objects, part, text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from conformance.definitions.answers import Test
    from conformance.definitions.codes import Codes
    from conformance.model import Json


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a value set finds the systems and the other value sets that it names."""

    system: Callable[[str], Codes | None]
    value_set: Callable[[str], Test]


def compiled(value_set: Json, sources: Sources) -> Test:
    """Return the test of a value set: by its definition, and where that cannot tell, by its expansion."""
    compose = part(value_set, "compose")
    tests = [_composed(compose, sources)] if objects(compose, "include") else []
    expansion = part(value_set, "expansion")
    if expansion:
        listed = _expanded(expansion, sources)
        tests = [_else(tests[0], never_no(listed)) if tests else listed]
    return tests[0] if tests else unknown


def system_test(system: str, known: Codes | None) -> Test:
    """Return the test of a whole code system."""

    def defined(_: str | None, code: str) -> Answer:
        if known is None:
            return shaped(system, code)
        if known.spelt(code) is not None:
            return Answer.YES
        return Answer.NO if known.complete else Answer.UNKNOWN

    return defined


def _composed(compose: Json, sources: Sources) -> Test:
    included = any_of([_include(i, sources) for i in objects(compose, "include")])
    excluded = [opposite(_include(e, sources)) for e in objects(compose, "exclude")]
    return all_of([included, *excluded])


def _include(include: Json, sources: Sources) -> Test:
    """Return the test of one include: what its system and its value sets have in common."""
    tests = []
    if system := text(include, "system"):
        tests.append(_of_system(system, include, sources))
    if nested := texts(include, "valueSet"):
        # R4 says that several value sets are united, later editions that they are intersected.
        tests.append(unanimous([sources.value_set(each) for each in nested]))
    return all_of(tests) if tests else unknown


def _of_system(system: str, include: Json, sources: Sources) -> Test:
    known = sources.system(system)
    test = all_of([*_kept_by(system, include, known)])
    stated = text(include, "version")
    if stated and not (known and known.version == stated):
        # What another edition lacks, the stated one may have.
        test = test if objects(include, "concept") else never_no(test)
    return _in(system, test)


def _kept_by(system: str, include: Json, known: Codes | None) -> Iterator[Test]:
    if "concept" in include:
        yield _one_of({text(c, "code") for c in objects(include, "concept")}, known)
    elif "filter" in include:
        yield from (_filter(f, known, system) for f in objects(include, "filter"))
    else:
        yield system_test(system, known)


def _one_of(codes: set[str], known: Codes | None) -> Test:
    if known is None or known.exact:
        return lambda _, code: Answer.YES if code in codes else Answer.NO
    spelt = {known.spelt(code) for code in codes} - {None} | codes
    return lambda _, code: Answer.YES if code in codes or known.spelt(code) in spelt else Answer.NO


def _filter(stated: Json, known: Codes | None, system: str) -> Test:
    make = _FILTERS.get((text(stated, "property"), text(stated, "op")))
    value = text(stated, "value")
    return make(value, known, system_test(system, known)) if make and value else unknown


def _is_a(value: str, known: Codes | None, _whole: Test) -> Test:
    if known is None:
        return never_no(_one_of({value}, known))
    return _related(value, known, known.above)


def _parent_is(value: str, known: Codes | None, _whole: Test) -> Test:
    if known is None:
        return unknown
    parents = known.parents
    return _related(value, known, lambda code: parents.get(code, ()))


def _descendent_of(value: str, known: Codes | None, whole: Test) -> Test:
    return all_of([_is_a(value, known, whole), opposite(_one_of({value}, known))])


def _is_not_a(value: str, known: Codes | None, whole: Test) -> Test:
    return all_of([whole, opposite(_is_a(value, known, whole))])


def _related(value: str, known: Codes, relatives: Callable[[str], Collection[str]]) -> Test:
    """Test whether a code is related to another; a part of a hierarchy cannot show that it is not."""
    otherwise = Answer.NO if known.complete else Answer.UNKNOWN
    root = known.spelt(value)

    def related(_: str | None, code: str) -> Answer:
        spelt = known.spelt(code)
        if spelt is None:
            return otherwise
        if root is None:
            return Answer.UNKNOWN
        return Answer.YES if root in relatives(spelt) else otherwise

    return related


_FILTERS: Mapping[tuple[str, str], Callable[[str, Codes | None, Test], Test]] = {
    ("concept", "is-a"): _is_a,
    ("concept", "descendent-of"): _descendent_of,
    ("concept", "is-not-a"): _is_not_a,
    ("parent", "="): _parent_is,
}


def _expanded(expansion: Json, sources: Sources) -> Test:
    """Return the test of an expansion that was stored with the value set; pages may be missing of it."""
    listed: dict[str, set[str]] = {}
    todo = objects(expansion, "contains")
    while todo:
        each = todo.pop()
        if code := text(each, "code"):  # a group for display alone has none
            listed.setdefault(text(each, "system"), set()).add(code)
        todo.extend(objects(each, "contains"))
    whole = expansion.get("total") == sum(map(len, listed.values()))
    test = any_of([_in(system, _one_of(codes, sources.system(system))) for system, codes in listed.items()])
    return test if whole else never_no(test)


def _in(system: str, test: Test) -> Test:
    """Restrict a test to one system's codes."""
    return lambda asked, code: test(system, code) if asked in (None, system) else Answer.NO


def _else(first: Test, second: Test) -> Test:
    """Return a test that asks the second where the first cannot tell."""

    def answered(system: str | None, code: str) -> Answer:
        answer = first(system, code)
        return second(system, code) if answer is Answer.UNKNOWN else answer

    return answered
