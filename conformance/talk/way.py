"""By which way a host is reached: who vouches for it, what we show it, and through which proxy."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way; `trusted` is a file of authorities, `certificate` our own with its key, as file names."""

    trusted: str = ""
    certificate: tuple[str, str] | None = None
    # A proxy's URL may hold a password.
    proxy: str = field(default="", repr=False)


DIRECT = Way()
