"""Short texts for values of resources, such as `Observation.derivedFrom is DocumentReference/7`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.search.shape import obj, objects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.model import Json
    from conformance.search.asked import Found

_INDEX = re.compile(r"\[\d+\]")
_SHOWN = 3
_LONGEST = 120


def described(found: Sequence[Found], parameter: str, type_: str, asked: str) -> str:
    """Return the sentence that sets what a resource has against what a query asks."""
    if not found:
        return f"{type_} has no value for '{parameter}'; the query asks {asked}"
    path = _INDEX.sub("", found[0].path) or parameter
    texts = list(dict.fromkeys(shown(one) for one in found))
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return f"{path} is {', '.join(texts[:_SHOWN])}{more}; the query asks {asked}"


def shown(found: Found) -> str:
    """Return one value as a reader would write it."""
    if not isinstance(found.value, dict):
        return "absent" if found.value is None else _plain(found.value)
    text = _SHOW.get(found.type, _anything)(found.value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _plain(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _coding(value: Json) -> str:
    return "|".join(str(value[key]) for key in ("system", "code") if value.get(key)) or _anything(value)


def _concept(value: Json) -> str:
    codings = [_coding(coding) for coding in objects(value.get("coding"))]
    return " or ".join(codings) or f"'{value.get('text', '')}'"


def _identifier(value: Json) -> str:
    return "|".join(str(value[key]) for key in ("system", "value") if value.get(key)) or _anything(value)


def _reference(value: Json) -> str:
    if value.get("reference"):
        return str(value["reference"])
    logical = obj(value.get("identifier"))
    return f"identifier {_identifier(logical)}" if logical else _anything(value)


def _quantity(value: Json) -> str:
    number = f"{value.get('comparator', '')}{value.get('value', '?')}"
    return f"{number} {value.get('unit') or value.get('code') or ''}".strip()


def _period(value: Json) -> str:
    return f"{value.get('start', 'open')} to {value.get('end', 'open')}"


def _anything(value: Json) -> str:
    texts = [str(part) for part in value.values() if isinstance(part, str)]
    return " ".join(texts) or "a value"


_SHOW: Mapping[str, Callable[[Json], str]] = {
    "CodeableConcept": _concept,
    "Coding": _coding,
    "Identifier": _identifier,
    "Reference": _reference,
    "Quantity": _quantity,
    "Period": _period,
}
