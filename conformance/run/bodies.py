"""The bodies that a scenario sends: fixtures made its own, tagged, and remembered as they were sent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from conformance.judge.names import Lookups, Unbound
from conformance.pointer import changed
from conformance.read import fixtures as made

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.judge.stage import Stage
    from conformance.model import Json, Resource
    from conformance.read.fixtures import Fixtures


@dataclass(frozen=True, slots=True)
class Tags:
    """Hands out the run's tags: `<run>-<seq>`, each once, from any thread."""

    run: str
    _numbers: count[int]

    @classmethod
    def of(cls, run: str) -> Tags:
        """Return the tags of a run."""
        return cls(run, count(1))

    def __call__(self) -> str:
        """Return the next tag."""
        return f"{self.run}-{next(self._numbers)}"


@dataclass(frozen=True, slots=True)
class Bodies:
    """Makes bodies for one scenario; `owners` says which name owns which `Type/id` of a fixture."""

    stage: Stage
    fixtures: Fixtures
    owners: Mapping[str, str]
    tags: Callable[[], str]

    def _actual(self, pending: Mapping[str, str]) -> dict[str, str]:
        names = {name: held[0].reference for name, held in self.stage.names.items() if held} | dict(pending)
        return {owned: names[name] for owned, name in self.owners.items() if name in names}

    def new(
        self,
        file: str,
        put: Mapping[str, Json],
        drop: tuple[str, ...],
        *,
        n: int = 0,
        pending: Mapping[str, str] | None = None,
    ) -> tuple[Json, str]:
        """Return a fixture as this scenario sends it, and its tag."""
        tag = self.tags()
        look = Lookups(self.stage, pending=pending, n=n)
        body = self.fixtures.body(look.filled(file))
        actual = self._actual(pending or {})
        return made.build(body, put=put, drop=drop, actual=actual, look=look, tag=tag), tag

    def again(self, resource: Resource, args: Mapping[str, Json]) -> Json:
        """Return the body last sent (or last read, `from: server`) with `set` and `drop`, and its id."""
        base = resource.received if args.get("from") == "server" else resource.sent or resource.received
        if base is None:
            raise Unbound(resource.name)
        look = Lookups(self.stage)
        put, drop = args.get("set") or {}, tuple(args.get("drop") or ())
        body = made.stripped(base) | {"id": resource.id}
        return made.altered(body, put=put, drop=drop, actual=self._actual({}), look=look)

    def patched(self, resource: Resource, args: Mapping[str, Json]) -> Json:
        """Return what the resource is once a patch of `set` and `drop` has been applied."""
        return changed(resource.sent or resource.received, args.get("set") or {}, args.get("drop") or ())
