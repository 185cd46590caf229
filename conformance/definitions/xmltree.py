"""XML text to a plain tree: no DTD, no entities of its own, no depth or size without bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from conformance.problem import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEEPEST = 100
LARGEST = 20_000_000
_SEPARATOR = " "


@dataclass(slots=True)
class XmlElement:
    """One element: its namespace and name, its attributes without a namespace, and its parts in order."""

    namespace: str
    name: str
    attributes: Mapping[str, str]
    line: int
    parts: list[XmlElement | str] = field(default_factory=list)

    def elements(self) -> Iterator[XmlElement]:
        """Yield the elements directly below."""
        return (part for part in self.parts if isinstance(part, XmlElement))

    def words(self) -> str:
        """Return the text directly below, without the blanks around it."""
        return "".join(part for part in self.parts if isinstance(part, str)).strip()


def read(data: bytes, file: str = "") -> XmlElement:
    """Return the root element of an XML document."""
    if len(data) > LARGEST:
        raise Problem("too-large", f"the XML is larger than {LARGEST} bytes", place=Place(file))
    builder = _Builder(file)
    try:
        builder.parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position alone
    except expat.ExpatError as error:
        place = Place(file, error.lineno, error.offset + 1)
        message = f"this is not well-formed XML: {expat.ErrorString(error.code)}"
        raise Problem("broken-xml", message, place=place) from None
    except (ValueError, LookupError) as error:
        raise Problem("broken-xml", f"this XML cannot be read: {error}", place=Place(file)) from None
    return builder.root


class _Builder:
    """What the parser calls while it reads."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._document = XmlElement("", "", {}, 0)
        self._open = [self._document]
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    @property
    def root(self) -> XmlElement:
        return next(self._document.elements())

    def _doctype(self, *_: object) -> None:
        # A DTD could name files and grow without bound (R4 security.html): with none, no entity is declared.
        self._refuse("a DTD is not allowed in FHIR", "delete the <!DOCTYPE …> declaration")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEEPEST:
            self._refuse(f"nested deeper than {DEEPEST} levels")
        own = {key: value for key, value in attributes.items() if _SEPARATOR not in key}
        element = XmlElement(*_split(name), own, self.parser.CurrentLineNumber)
        self._open[-1].parts.append(element)
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].parts.append(text)

    def _refuse(self, message: str, hint: str = "") -> NoReturn:
        place = Place(self._file, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        raise Problem("refused-xml", message, place=place, hint=hint)


def written(element: XmlElement, *, within: str = "") -> str:
    """Return the text of an element; a namespace is declared where it changes."""
    declared = {"xmlns": element.namespace} if element.namespace != within else {}
    attributes = {**declared, **element.attributes}
    start = element.name + "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    inside = "".join(
        escape(part) if isinstance(part, str) else written(part, within=element.namespace)
        for part in element.parts
    )
    return f"<{start}>{inside}</{element.name}>" if inside else f"<{start}/>"


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(_SEPARATOR)
    return namespace, local
