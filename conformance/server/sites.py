"""The base URLs of one server: the main one, one for every fault, one for every lawful variation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance.definitions.release import R4, RELEASES
from conformance.server import doors, sample
from conformance.server.behaviour import overridden
from conformance.server.faults import FAULTS, faulty
from conformance.server.granting import Granting
from conformance.server.hub.hub import Hub
from conformance.server.imaging import photographs
from conformance.server.imaging.generations import GENERATIONS, NEWEST
from conformance.server.imaging.grants import Grants
from conformance.server.imaging.side import Side
from conformance.server.messages import Refusal
from conformance.server.site import Site
from conformance.server.store import Store
from conformance.server.variations import VARIATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json
    from conformance.server.behaviour import Behaviour, Overridden
    from conformance.server.faults import Fault
    from conformance.server.imaging.generations import Generation
    from conformance.server.variations import Variation

_KINDS: Mapping[str, Mapping[str, Fault | Variation]] = {"faults": FAULTS, "variations": VARIATIONS}
_MAIN = ""
# The bases behind a door: whoever comes through finds an honest server.
AUTH = "auth"


_RELEASES: Mapping[str, str] = {name.lower(): name for name in RELEASES}


def split(mount: str) -> tuple[str, str]:
    """Return a mount without the release at its end, and that release: `faults/no-rollback/r5`, or `r5`."""
    above, _, last = mount.rpartition("/")
    return (above, _RELEASES[last]) if last in _RELEASES else (mount, R4)


class Sites:
    """Each base is made when it is first asked, and has data of its own."""

    def __init__(
        self,
        *,
        seed: bool,
        database: str,
        faults: Iterable[str],
        enforce: bool = False,
        imaging: str = NEWEST,
        granting: Granting | None = None,
        archive: str = "",
    ) -> None:
        self._seed = seed
        self._generation = GENERATIONS[imaging]
        self._granting = granting or Granting()
        self._archive = archive
        self._enforce = enforce
        self._database = database
        self._main = faulty(faults)
        self._made: dict[str, Site] = {}

    def at(self, mount: str, base: str) -> Site | None:
        """Return the site at a mount such as `faults/no-rollback`, or nothing where there is none.

        Several names, joined by `+`, make one site that has them all.
        """
        site = self._made.get(mount)
        if site is None:
            of, release = split(mount)
            overriding = self._overriding(of)
            if overriding is None:
                return None
            site = self._made[mount] = self._make(of, release, base, overriding)
        site.move(base)
        return site

    def made(self, mount: str) -> Site | None:
        """Return the site at a mount that was asked before."""
        return self._made.get(mount)

    def close(self) -> None:
        """Close what the sites hold open."""
        for site in self._made.values():
            site.store.close()

    def _overriding(self, mount: str) -> Overridden | None:
        if mount == _MAIN:
            return self._main
        kind, _, names = mount.partition("/")
        if kind == AUTH and names in doors.NAMES:
            return overridden(())
        known = _KINDS.get(kind, {})
        if not all(name in known for name in names.split("+")):
            return None
        return overridden(one for name in names.split("+") for one in known[name].classes)

    @staticmethod
    def _of_fault(mount: str) -> Generation | None:
        """Return the generation that a fault is of, where it is not of every one."""
        fault = FAULTS.get(mount.removeprefix("faults/"))
        return GENERATIONS[fault.generation] if fault and fault.generation else None

    def _make(self, mount: str, release: str, base: str, overriding: Overridden) -> Site:
        behaviour, searcher, imaging, casting = overriding
        own = mount == _MAIN and release == R4
        store = Store(self._database if own else ":memory:", deterministic=self._seed)
        if self._seed:
            sample.fill(store, partial(_held, behaviour), _sample(release, base))
        return Site(
            base=base,
            store=store,
            behaviour=behaviour,
            searcher=searcher,
            side=Side(
                behaviour=imaging,
                generation=self._of_fault(mount) or self._generation,
                grants=Grants(granting=self._granting),
                archive=self._archive,
            ),
            hub=Hub(casting),
            # The profiles that a server hosts or enforces are of R4.
            seeded=self._seed and release == R4,
            enforcing=self._enforce and release == R4,
            release=release,
        )


def _sample(release: str, base: str) -> list[Json]:
    """Return what a seeded base of a release holds: R4's has people and images, R5's selections."""
    if release == R4:
        return [*sample.resources(), *photographs.resources(base)]
    return sample.selections() if release == "R5" else []


def _held(behaviour: Behaviour, resource: Json) -> Json:
    """Return what a server holds of the sample: what alters is at work there; what refuses came later."""
    try:
        return behaviour.keep(resource, None)
    except Refusal:
        return resource
