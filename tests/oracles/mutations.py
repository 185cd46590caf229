"""Single mutations of valid resources: each changes one thing, and all are the same every time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import mutation_kinds

from conformance import pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from conformance.model import Json

# How many mutations of each kind are judged; of a kind that has fewer, all are.
SHARES: Final[Mapping[str, int]] = {
    "drop": 200,
    "add": 200,
    "retype": 200,
    "recode": 200,
    "reslice": 200,
    "repoint": 200,
    "relabel": 160,
    "malform": 100,
    "reclaim": 60,
    "rename": 100,
    "narrate": 60,
}
SEED: Final = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One changed resource: `kind` is what was done, `at` where, `detail` how."""

    kind: str
    of: str
    at: str
    detail: str
    resource: Json

    @property
    def name(self) -> str:
        """Return what tells this mutation from every other."""
        return f"{self.kind} {self.of} {self.at} {self.detail}"


def sample(sources: Iterable[Json], shares: Mapping[str, int], seed: int) -> list[Mutation]:
    """Return so many mutations of each kind; by their names, so that a further source moves few of them."""
    kinds: dict[str, list[Mutation]] = {kind: [] for kind in shares}
    for mutation in mutations(sources):
        kinds[mutation.kind].append(mutation)
    return [each for kind, found in kinds.items() for each in sorted(found, key=_lot(seed))[: shares[kind]]]


def _lot(seed: int) -> Callable[[Mutation], bytes]:
    return lambda mutation: hashlib.sha256(f"{seed} {mutation.name}".encode()).digest()


def mutations(sources: Iterable[Json]) -> Iterator[Mutation]:
    """Yield every mutation of some resources."""
    for source in sources:
        of = f"{source['resourceType']}/{source['id']}"
        for kind, mutate in KINDS.items():
            for at, value in places(source):
                for change in mutate(at, value):
                    resource = pointer.changed(source, change.put, change.drop)
                    if resource != source and not (kind == "drop" and _emptied(resource, at)):
                        yield Mutation(kind=kind, of=of, at=at, detail=change.detail, resource=resource)


def _emptied(resource: Json, at: str) -> bool:
    whole = pointer.get(resource, at.rpartition("/")[0])
    return whole in ([], {})


def places(value: Json, at: str = "") -> Iterator[tuple[str, Json]]:
    """Yield every value of a resource with its JSON Pointer, but the markup of narrative."""
    yield at, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, f"{at}/{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, f"{at}/{index}")


KINDS: Final[Mapping[str, Callable[[str, Json], Iterator[mutation_kinds.Change]]]] = {
    "drop": mutation_kinds.drop,
    "add": mutation_kinds.add,
    "retype": mutation_kinds.retype,
    "malform": mutation_kinds.malform,
    "recode": mutation_kinds.recode,
    "reslice": mutation_kinds.reslice,
    "repoint": mutation_kinds.repoint,
    "relabel": mutation_kinds.relabel,
    "reclaim": mutation_kinds.reclaim,
    "rename": mutation_kinds.rename,
    "narrate": mutation_kinds.narrate,
}
