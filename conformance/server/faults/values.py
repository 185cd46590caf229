"""Faults of the values of a search: tokens, times and versions that are not taken as they are written."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.server.faults.registry import breaks
from conformance.server.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.server.search import Criterion, StoredResource

_ZONE = re.compile(r"[+-]\d\d:\d\d$")


@breaks("R4-RES-20", seen="https://github.com/LinuxForHealth/FHIR/issues/2550")
class NoSystemIsAnySystem(Searcher):
    """A token that shall have no system is found under any."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        found = r4.parameter(criterion.type, criterion.code)
        if found is None or found.type != "token":
            return super().test(criterion)
        bare = tuple(text.removeprefix("|") for text in criterion.alternatives)
        return super().test(replace(criterion, alternatives=bare))


@breaks("R4-RES-19", seen="https://github.com/medplum/medplum/issues/1483")
class SystemAloneNotFound(Searcher):
    """A token search that names a system alone finds nothing."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        alone = any(text.endswith("|") for text in criterion.alternatives)
        return _nothing if alone else super().test(criterion)


@breaks("R4-RES-19", seen="https://github.com/highmed/highmed-dsf/issues/305")
class VersionedProfileNotFound(Searcher):
    """A search for a profile in a certain version finds nothing."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        versioned = criterion.code == "_profile" and any("|" in text for text in criterion.alternatives)
        return _nothing if versioned else super().test(criterion)


@breaks("R4-RES-19")
class TimesCutToDays(Searcher):
    """A time in a search is cut to its day."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        return super().test(_with_dates(criterion, lambda text: text.partition("T")[0]))


@breaks("R4-RES-20", seen="https://github.com/fhirbase/fhirbase-plv8/issues/26")
class ZonesIgnored(Searcher):
    """The time zone of a time in a search is ignored."""

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        return super().test(_with_dates(criterion, lambda text: _ZONE.sub("Z", text)))


def _with_dates(criterion: Criterion, change: Callable[[str], str]) -> Criterion:
    found = r4.parameter(criterion.type, criterion.code)
    if found is None or found.type != "date":
        return criterion
    return replace(criterion, alternatives=tuple(map(change, criterion.alternatives)))


def _nothing(resource: StoredResource) -> bool:
    _ = resource
    return False
