"""The check that a narrative keeps to the XHTML that R4 allows (invariants txt-1 and txt-2)."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from conformance.fhirpath.registry import function
from conformance.fhirpath.values import boolean, text

if TYPE_CHECKING:
    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope

# HTML 4.0 chapters 7 to 11 (except section 4 of chapter 9) and 15, and <a>, <img>; nothing active, no forms.
_ALLOWED = """
    a abbr acronym address area b bdo big blockquote br caption center cite code col colgroup dd
    del dfn div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li map ol p pre q s samp small
    span strike strong sub sup table tbody td tfoot th thead tr tt u ul var
"""
_ELEMENTS = frozenset(_ALLOWED.split())
_HANDLER = "on"  # how the names of event handlers begin


class _Narrative(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.allowed = True
        self.first = ""
        self.filled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        self.first = self.first or name
        self.filled = self.filled or name == "img"
        active = any(key.startswith(_HANDLER) for key, _ in attrs)
        scripted = any((value or "").strip().lower().startswith("javascript:") for _, value in attrs)
        self.allowed = self.allowed and name in _ELEMENTS and not active and not scripted

    def handle_data(self, data: str) -> None:
        self.filled = self.filled or bool(data.strip())


@function("htmlChecks", gives="System.Boolean")
def _html_checks(items: Nodes, _scope: Scope) -> Nodes:
    found = text(items, "htmlChecks()")
    if found is None:
        return []
    narrative = _Narrative()
    narrative.feed(found)
    narrative.close()
    return boolean(narrative.first == "div" and narrative.allowed and narrative.filled)
