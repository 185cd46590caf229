"""The XHTML that a narrative may have: safe, without anything active (R4 narrative.html, txt-1 and txt-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate

if TYPE_CHECKING:
    from collections.abc import Mapping

_XHTML = "http://www.w3.org/1999/xhtml"
# HTML 4.0 chapters 7 to 11 (except section 4 of chapter 9) and 15, <a>, <img>, and style attributes
_ELEMENTS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "area",
        "b",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "map",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
_LINKS = {"href", "src", "cite", "longdesc", "background"}
_ACTIVE = ("javascript:", "vbscript:")
_MOST = 5


def complaints(text: str) -> list[str]:
    """Return what is wrong with a narrative, at most a few things."""
    if "<!" in text.replace("<!--", "").replace("<![CDATA[", ""):
        return ["a document type or another declaration"]
    reader = _Reader()
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.text
    parser.ProcessingInstructionHandler = reader.instruction
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)  # noqa: FBT003 - expat's own signature
    except (ExpatError, ValueError) as error:
        return [f"no well-formed XHTML: {error}"]
    return reader.summary()


class _Reader:
    """Notes what a narrative is made of."""

    def __init__(self) -> None:
        self.wrong: dict[str, None] = {}
        self.root = ""
        self.filled = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note an element."""
        space, _, local = name.rpartition(" ")
        if not self.root:
            self._root(local, space)
        if local not in _ELEMENTS:
            self._note(f"<{local}> is not allowed")
        self.filled = self.filled or local == "img"
        for key, value in attributes.items():
            self._attribute(key.rpartition(" ")[2].lower(), value.strip().lower())

    def _root(self, local: str, space: str) -> None:
        self.root = local
        if local != "div":
            self._note(f"the root is <{local}>, not <div>")
        if space != _XHTML:
            self._note(f"the namespace of the root is '{space}', not '{_XHTML}'")

    def _attribute(self, key: str, value: str) -> None:
        if key.startswith("on"):
            self._note(f"the attribute '{key}' is active")
        if key in _LINKS and value.startswith(_ACTIVE):
            self._note(f"'{key}' is a script")

    def text(self, text: str) -> None:
        """Note text."""
        self.filled = self.filled or bool(text.strip())

    def instruction(self, target: str, _data: str) -> None:
        """Note a processing instruction."""
        self._note(f"the processing instruction '{target}' is not allowed")

    def _note(self, what: str) -> None:
        if len(self.wrong) < _MOST:
            self.wrong[what] = None

    def summary(self) -> list[str]:
        """Return what was wrong, and whether there was nothing to read."""
        return [*self.wrong, *([] if self.filled else ["there is neither text nor an image"])]
