"""Which release of FHIR is spoken of: the definitions answer for that one, R4 unless said otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

P = ParamSpec("P")
T = TypeVar("T")
R4 = "R4"
# The releases by name, with the version that their definitions are of.
RELEASES: Mapping[str, str] = {
    "R4": "4.0.1",
    "R5": "5.0.0",
    "R6": "6.0.0-ballot4",
    "STU3": "3.0.2",
    "DSTU2": "1.0.2",
}
_current: ContextVar[str] = ContextVar("release", default=R4)
current = _current.get


@contextmanager
def release(name: str) -> Iterator[None]:
    """Let the definitions answer for a release as long as the context lasts, in this thread alone."""
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)


def version() -> str:
    """Return the version of the current release, such as `5.0.0`."""
    return RELEASES[current()]


def folder(name: str) -> str:
    """Return the folder of a release's data, below that of R4's."""
    return "" if name == R4 else name.lower()


def by_release(function: Callable[P, T], most: int | None = None) -> Callable[P, T]:
    """Remember what a function answers, for each release apart: `functools.cache` for definitions."""
    remembered: dict[str, Callable[..., Any]] = {name: lru_cache(most)(function) for name in RELEASES}

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        answer: T = remembered[current()](*args, **kwargs)
        return answer

    return asked


def latest_by_release(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remember so many answers of a function for each release: `functools.lru_cache`."""
    return partial(by_release, most=most)
