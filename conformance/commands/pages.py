"""The pages of requirements, from the catalogue, the shipped scenarios and the faults."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import catalogue, shipped
from conformance.catalogue.page import Witness, index, page
from conformance.read.loading import scenarios
from conformance.server.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model import Requirement

INDEX = "README.md"
COMMAND = "dermconf explain --all --to docs/requirements"
_NOTE = (
    "Every requirement that dermconf knows, by the specification that it is from, tested or not: "
    "what it says, how sure we are that the specification says so, when it fails a run, "
    "how many scenarios test it, and how many faults of the reference server show that a server that "
    "breaks it is found out.\n\n"
    f"Version {catalogue.VERSION} of the requirements. These pages are written by `{COMMAND}`, "
    "never by hand."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """All that the pages are drawn from; the scenarios are given with the files that they lie in."""

    requirements: Mapping[str, Requirement]
    scenarios: Mapping[str, Sequence[Witness]]
    faults: Mapping[str, Sequence[Witness]]

    @classmethod
    def shipped(cls) -> Pages:
        """Return the pages of what comes with dermconf."""
        return cls(requirements=catalogue.requirements(), scenarios=_scenarios(), faults=_faults())

    def page(self, id_: str) -> str:
        """Return the page of one requirement, without links to files; raises Problem for an unknown one."""
        found = catalogue.requirement(id_, self.requirements)
        tested = [Witness(name=one.name, sentence=one.sentence) for one in self.scenarios.get(found.id, ())]
        return page(found, tested, self.faults.get(found.id, ()))

    def files(self, folder: Path) -> dict[str, str]:
        """Return all pages by file name, with links as seen from the folder."""
        return {INDEX: self._index()} | {f"{id_}.md": self._linked(id_, folder) for id_ in self.requirements}

    def _index(self) -> str:
        proofs = {
            id_: (len(self.scenarios.get(id_, ())), len(self.faults.get(id_, ())))
            for id_ in self.requirements
        }
        return index(list(self.requirements.values()), proofs, _NOTE)

    def _linked(self, id_: str, folder: Path) -> str:
        tested = [
            Witness(name=one.name, sentence=one.sentence, file=_seen_from(folder, one.file))
            for one in self.scenarios.get(id_, ())
        ]
        return page(self.requirements[id_], tested, self.faults.get(id_, ()))


def _seen_from(folder: Path, file: str) -> str:
    return Path(os.path.relpath(file, folder)).as_posix()


def _scenarios() -> dict[str, list[Witness]]:
    found: dict[str, list[Witness]] = defaultdict(list)
    for loaded in scenarios([shipped.testcases()]):
        named = dict.fromkeys(name for one in loaded.scenarios for name in one.requirements)
        sentence = loaded.scenarios[0].sentence if loaded.scenarios else ""
        for name in named:
            found[name].append(Witness(name=loaded.id, sentence=sentence, file=loaded.file))
    return found


def _faults() -> dict[str, list[Witness]]:
    found: dict[str, list[Witness]] = defaultdict(list)
    for fault in FAULTS.values():
        found[fault.breaks].append(Witness(name=fault.name, sentence=fault.sentence, seen=fault.seen))
    return found
