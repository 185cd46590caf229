"""Is a code in a value set? Answered offline, with `unknown` wherever the definitions at hand cannot tell."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.definitions import codes
from conformance.definitions.answers import Answer, never_no, unknown
from conformance.definitions.shape import objects, part, text, texts
from conformance.definitions.valuesets import Sources, compiled, system_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from conformance.definitions.answers import Test
    from conformance.definitions.codes import Codes
    from conformance.definitions.structures import Definitions
    from conformance.model import Json

    LookUp = Callable[[str, str | None, str], Answer]  # value set, system, code
    Member = tuple[str, str]  # system, code

_DEEPEST = 30  # value sets within value sets
_REMEMBERED = 4096  # answers of one value set


class Terminology:
    """The value sets and code systems of some definitions; `look_up` is asked where these cannot tell."""

    def __init__(self, definitions: Definitions, look_up: LookUp | None = None) -> None:
        self._definitions = definitions
        self._look_up = look_up
        self._tests: dict[str, Test] = {}
        self._systems: dict[str, Codes | None] = {}
        self._members: dict[str, tuple[Member, ...] | None] = {}

    @property
    def steady(self) -> bool:
        """Tell whether the same question always has the same answer; who is asked elsewhere may be away."""
        return self._look_up is None

    def validate(self, value_set: str, system: str | None, code: str) -> Answer:
        """Tell whether a value set has a code; without a system, whether it has it of any."""
        answer = self._test(value_set, ())(system, code)
        if answer is Answer.UNKNOWN and self._look_up:
            return self._look_up(value_set, system, code)
        return answer

    def defines(self, system: str, code: str) -> Answer:
        """Tell whether a code system has a code."""
        return system_test(system, self._system(system))(system, code)

    def display(self, system: str, code: str) -> str | None:
        """Return what a code system calls a code, or None where that cannot be said."""
        known = self._system(system)
        spelt = known.spelt(code) if known else None
        return (known.displays[spelt] or None) if known and spelt is not None else None

    def members(self, value_set: str) -> tuple[Member, ...] | None:
        """Return the system and code of each member, or None where not all of them can be listed."""
        if value_set not in self._members:
            self._members[value_set] = self._listed(value_set)
        return self._members[value_set]

    def _test(self, value_set: str, within: tuple[str, ...]) -> Test:
        if value_set in within or len(within) > _DEEPEST:
            return unknown  # a value set that includes itself defines nothing
        if value_set not in self._tests:
            self._tests[value_set] = lru_cache(_REMEMBERED)(self._compiled(value_set, within))
        return self._tests[value_set]

    def _compiled(self, value_set: str, within: tuple[str, ...]) -> Test:
        found = self._definitions.value_set(value_set)
        url, _, version = value_set.partition("|")
        if found is None and version:
            # What another edition lacks, the one that is asked for may have.
            return never_no(self._test(url, within))
        if found is None:
            return unknown
        return compiled(found, Sources(self._system, lambda each: self._test(each, (*within, value_set))))

    def _system(self, url: str) -> Codes | None:
        if url not in self._systems:
            found = self._definitions.code_system(url)
            if found is None:
                # Not remembered: data may name any number of systems that nobody defines.
                return None
            read = codes.read(found)
            # Some are defined without their codes: SNOMED CT is "not-present" in the core.
            self._systems[url] = read if read and read.displays else None
        return self._systems[url]

    def _listed(self, value_set: str) -> tuple[Member, ...] | None:
        candidates = self._candidates(value_set, ())
        if candidates is None:
            return None
        test = self._test(value_set, ())
        answers = {member: test(*member) for member in candidates}
        if Answer.UNKNOWN in answers.values():
            return None
        return tuple(member for member, answer in answers.items() if answer is Answer.YES)

    def _candidates(self, value_set: str, within: tuple[str, ...]) -> dict[Member, None] | None:
        """Return all that the includes of a value set can bring in, in their order, or None."""
        found = self._definitions.value_set(value_set)
        if found is None or value_set in within or len(within) > _DEEPEST:
            return None
        brought: dict[Member, None] = {}
        for include in objects(part(found, "compose"), "include"):
            for some in self._brought(include, (*within, value_set)):
                if some is None:
                    return None
                brought.update(dict.fromkeys(some))
        return brought or None

    def _brought(self, include: Json, within: tuple[str, ...]) -> Iterator[Iterable[Member] | None]:
        system = text(include, "system")
        if not system:
            yield from (self._candidates(each, within) for each in texts(include, "valueSet"))
        elif "concept" in include:
            yield [(system, text(c, "code")) for c in objects(include, "concept")]
        else:
            known = self._system(system)
            yield [(system, code) for code in known.displays] if known and known.complete else None
