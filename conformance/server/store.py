"""Every version of every resource, in SQLite; the newest ones also in memory, for reading and searching."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING

from conformance.server.wire import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.model import Json

_SCHEMA = """
create table if not exists versions (
  seq integer primary key, type text not null, id text not null, version text not null,
  instant text not null, method text not null, body text);
create index if not exists by_resource on versions (type, id, seq);
"""
_COLUMNS = "seq, type, id, version, instant, method, body"
# With a fraction, so that a client sees a clock that is finer than a second
_EPOCH = datetime(2026, 1, 1, microsecond=123_000, tzinfo=UTC)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of one resource; a deletion has no content."""

    seq: int
    type: str
    id: str
    version: str
    instant: str
    method: str
    body: Json

    @property
    def deleted(self) -> bool:
        """Tell whether this version is a deletion."""
        return self.body is None

    @property
    def reference(self) -> str:
        """Return `Type/id`."""
        return f"{self.type}/{self.id}"

    @property
    def moment(self) -> datetime:
        """Return when this version was made."""
        return datetime.fromisoformat(self.instant)


def counted_clock(start: int = 0) -> Clock:
    """Return a clock that is one second further each time it is asked, for runs that must repeat."""
    ticks = count(start)
    return lambda: _EPOCH + timedelta(seconds=next(ticks))


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def _random_id() -> str:
    return str(uuid.uuid4())


class Store:
    """The versions of one base URL."""

    def __init__(self, database: str = ":memory:", *, deterministic: bool = False) -> None:
        self._lock = RLock()
        self._deterministic = deterministic
        self._count = 0
        self._db = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        if database != ":memory:":
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)
        self._clock = counted_clock(self._stored()) if deterministic else _wall_clock
        self._load()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def tick(self) -> str:
        """Return the instant of a new version."""
        return self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def free_id(self, type_: str) -> str:
        """Return an id that no resource of this type has ever had."""
        if not self._deterministic:
            return _random_id()
        while True:
            self._count += 1
            made = f"d{self._count:04d}"
            if made not in self._latest.get(type_, {}):
                return made

    def latest(self, type_: str, id_: str) -> Version | None:
        """Return the newest version, which may be a deletion."""
        return self._latest.get(type_, {}).get(id_)

    def current(self, type_: str) -> list[Version]:
        """Return the resources of a type that exist now, oldest first."""
        return [version for version in self._latest.get(type_, {}).values() if not version.deleted]

    def types(self) -> list[str]:
        """Return the types that have ever been stored."""
        return sorted(self._latest)

    def version(self, type_: str, id_: str, version: str) -> Version | None:
        """Return one version by its version id."""
        where = "type = ? and id = ? and version = ?"
        found = self._select(f"where {where} order by seq desc limit 1", (type_, id_, version))
        return found[0] if found else None

    def history(self, type_: str = "", id_: str = "") -> list[Version]:
        """Return every version, newest first, of the system, of a type or of a resource."""
        return self._select(*_newest_first(type_, id_))

    def timeline(self, type_: str = "", id_: str = "") -> list[tuple[int, str]]:
        """Return number and instant of every version of a history, without their content."""
        clause, values = _newest_first(type_, id_)
        with self._lock:
            return self._db.execute(f"select seq, instant from versions {clause}", values).fetchall()  # noqa: S608

    def numbered(self, numbers: Sequence[int]) -> list[Version]:
        """Return the versions with these numbers, newest first."""
        places = ",".join("?" * len(numbers))
        return self._select(f"where seq in ({places}) order by seq desc", numbers)

    def add(self, *, type_: str, id_: str, version: str, instant: str, method: str, body: Json) -> Version:
        """Store a new version and return it."""
        with self._lock:
            seq = self._db.execute(
                "insert into versions (type, id, version, instant, method, body) values (?, ?, ?, ?, ?, ?)",
                (type_, id_, version, instant, method, _text(body)),
            ).lastrowid
            made = Version(
                seq=seq or 0,
                type=type_,
                id=id_,
                version=version,
                instant=instant,
                method=method,
                body=body,
            )
            self._latest.setdefault(type_, {})[id_] = made
        return made

    def amend(self, version: Version, body: Json) -> Version:
        """Put another content into the newest version, before anybody has seen it."""
        with self._lock:
            self._db.execute("update versions set body = ? where seq = ?", (_text(body), version.seq))
            made = replace(version, body=body)
            self._latest[version.type][version.id] = made
        return made

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes made inside, or none if it is left by an exception."""
        with self._lock:
            self._db.execute("begin")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                self._load()
                raise
            self._db.execute("commit")

    def _select(self, clause: str, values: Iterable[str | int]) -> list[Version]:
        with self._lock:
            rows = self._db.execute(f"select {_COLUMNS} from versions {clause}", tuple(values))  # noqa: S608
            return [_version(row) for row in rows]

    def _stored(self) -> int:
        newest: int = self._db.execute("select coalesce(max(seq), 0) from versions").fetchone()[0]
        return newest

    def _load(self) -> None:
        """Fill the memory from the database, in the order in which the resources were first stored."""
        self._latest: dict[str, dict[str, Version]] = {}
        newest = "where seq in (select max(seq) from versions group by type, id)"
        first = "(select min(seq) from versions f where f.type = versions.type and f.id = versions.id)"
        for version in self._select(f"{newest} order by {first}", ()):
            self._latest.setdefault(version.type, {})[version.id] = version


def _newest_first(type_: str, id_: str) -> tuple[str, tuple[str, ...]]:
    wanted = {name: value for name, value in (("type", type_), ("id", id_)) if value}
    where = " and ".join(f"{name} = ?" for name in wanted)
    return f"{'where ' if where else ''}{where} order by seq desc", tuple(wanted.values())


def _version(row: tuple[int, str, str, str, str, str, str | None]) -> Version:
    seq, type_, id_, version, instant, method, text = row
    body = None if text is None else loads(text)
    return Version(seq=seq, type=type_, id=id_, version=version, instant=instant, method=method, body=body)


def _text(body: Json) -> str | None:
    return None if body is None else dumps(body)
