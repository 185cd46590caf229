"""What a client accepts, against what there is (RFC 9110, 12.5.1; PS3.18, 8.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# A comma or a semicolon within quotes separates nothing.
_RANGE = re.compile(r'(?:[^,"]|"[^"]*")+')
_PART = re.compile(r'(?:[^;"]|"[^"]*")+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One representation: its media type, of multipart/related that of the parts, and its transfer syntax."""

    type: str
    parts: str = ""
    syntax: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    name: str
    parameters: Mapping[str, str]

    @property
    def quality(self) -> float:
        try:
            return float(self.parameters.get("q", "1"))
        except ValueError:
            return 0.0

    def fits(self, offer: Offer) -> bool:
        """Tell whether an offer is within this range; a parameter that is absent asks for nothing."""
        kind = offer.type.partition("/")[0]
        syntax = self.parameters.get("transfer-syntax", "*")
        return (
            self.name in {"*/*", f"{kind}/*", offer.type}
            and self.parameters.get("type", offer.parts).lower() in {offer.parts, ""}
            and (syntax in {"*", offer.syntax} or not offer.syntax)
        )


def chosen(accept: str, offers: Sequence[Offer]) -> Offer | None:
    """Return the best of the offers that a client accepts, the first of equals, or None."""
    if not accept.strip():
        return offers[0]
    ranges = sorted(_ranges(accept), key=lambda one: -one.quality)
    fitting = (offer for one in ranges if one.quality > 0 for offer in offers if one.fits(offer))
    return next(fitting, None)


def _ranges(accept: str) -> Iterator[_Range]:
    for text in _RANGE.findall(accept):
        name, *parameters = [part.strip() for part in _PART.findall(text)] or [""]
        pairs = (parameter.partition("=") for parameter in parameters)
        stated = {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}
        yield _Range(name=name.lower(), parameters=stated)
