"""Where a searchset's next page is, and why it cannot be followed; the runner and the judge ask the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from conformance.checks.searchset import links

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.model import Json

_SHOWN = 200
# What stands in the place of a secret in everything that is recorded.
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Next:
    """The URL of the next page (nothing: this was the last), or what is wrong with it.

    `foreign` says that it cannot be followed through no fault that a server may be failed for.
    """

    url: str = ""
    wrong: str = ""
    foreign: bool = False


def next_page(page: Json, base: str, visited: Collection[str]) -> Next:
    """Return where the next page is; R4-PAGE-02: links are used as given, relative ones against the base."""
    found = links(page, "next")
    if not found:
        return Next()
    if _HIDDEN in found[0]:
        return Next(wrong="the next link holds a secret of ours, which is kept nowhere", foreign=True)
    # A link of a query alone can only mean the page that it stands on.
    asked = [*visited]
    url = _address(found[0], asked[-1] if found[0].startswith("?") and asked else base)
    if urlsplit(url).scheme not in {"http", "https"}:
        return Next(wrong=f"the next link is no address of the web: {found[0][:_SHOWN]}")
    if urlsplit(url).netloc != urlsplit(base).netloc:
        return Next(wrong=f"the next link leads to another host: {found[0][:_SHOWN]}", foreign=True)
    # R4-HTTP-04: the scheme is no difference; and what the base asks us to encrypt stays encrypted.
    if urlsplit(url).scheme != urlsplit(base).scheme:
        url = urlunsplit(urlsplit(url)._replace(scheme=urlsplit(base).scheme))
    if url in visited:
        return Next(wrong=f"the next link leads back to a page that was seen: {found[0][:_SHOWN]}")
    return Next(url)


def _address(link: str, base: str) -> str:
    """Return where a link leads, or nothing where it is none."""
    try:
        root = base if link.startswith("?") else base.rstrip("/") + "/"
        return urljoin(root, link) if link.strip() else ""
    except ValueError:
        return ""
