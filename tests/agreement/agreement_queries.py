"""Queries about a resource: by its own values, and by values that it nearly has."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice, product
from operator import itemgetter

from agreement_values import FOREIGN, SYSTEMS, UCUM

from conformance import fhirpath
from conformance.definitions import r4
from conformance.server.search import claims

PREFIXES = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
_RESOLVED = re.compile(r"\.where\(resolve\(\) is \w+\)")
_INDEX = re.compile(r"\[\d+\]")
_MODIFIERS = re.compile(r"Modifiers: (.*)\.")
_TYPES = ["Patient", "Practitioner", "Organization", "Device", "Location", "Group", "Observation"]
_UNITS = [f"|{UCUM}|mg", f"|{UCUM}|g", f"|{SYSTEMS[0]}|mg", "||mg", "||tablet"]
_SPECIAL = re.compile(r"([\\,$|])")
# How many queries are chosen besides the first; many where few types have such a parameter.
_MOST = {
    "number": 20,
    "quantity": 12,
    "token": 4,
    "date": 3,
    "reference": 2,
    "string": 3,
    "uri": 2,
    "composite": 3,
}
# What is asked where the resource has no value of its own.
_ANY = {
    "token": ["a", f"{SYSTEMS[0]}|a", "|a"],
    "reference": ["Patient/1", "1", f"{FOREIGN}/Patient/1"],
    "date": ["2020-06-15", "gt2019", "le2021-01-01T00:00:00Z"],
    "number": ["5", "gt1"],
    "quantity": ["5.4", f"5.4|{UCUM}|mg"],
    "string": ["ann", "z"],
    "uri": ["http://u.example/x"],
    "composite": [],
}


@dataclass(frozen=True)
class Asking:
    """One query: its parameters, and what of search it tries."""

    pairs: tuple[tuple[str, str], ...]
    kind: str
    form: str


def escaped(text):
    """Return a text whose separators are taken for what they are."""
    return _SPECIAL.sub(r"\\\1", str(text))


def claimed(type_):
    """Yield the parameters that the server claims for a type, each with its modifiers."""
    for claim in claims(type_).parameters:
        found = _MODIFIERS.fullmatch(claim.documentation)
        yield r4.parameter(type_, claim.name), tuple(found[1].split(", ")) if found else ()


def askings(resource, base, rng, times=1):
    """Yield the queries about a resource: for each parameter some of those that there could be."""
    for parameter, modifiers in claimed(resource["resourceType"]):
        values = own(resource, parameter)
        found = list(dict.fromkeys(_about(parameter, modifiers, values, resource, base)))
        firm = found[:1]
        rest = _spread(found[1:], rng)[: _MOST[parameter.type] * times]
        yield from (*firm, *rest, *_combined(parameter, found, rng))


def _spread(found, rng):
    """Return queries in random order, but each modifier and prefix once before any comes twice."""
    rng.shuffle(found)
    turns = Counter()
    placed = []
    for one in found:
        turns[one.form] += 1
        placed.append((turns[one.form], len(placed), one))
    return [one for _, _, one in sorted(placed, key=itemgetter(0, 1))]


def own(resource, parameter):
    """Return what a parameter selects of a resource, as nodes; of a composite, lists of the parts' nodes."""
    type_ = resource["resourceType"]
    nodes = _selected(parameter.expression, type_, resource)
    if parameter.type != "composite":
        return nodes
    parts = [one.expression for one in parameter.components]
    return [[_selected(part, _INDEX.sub("", node.path), node) for part in parts] for node in nodes]


def _selected(expression, base, start):
    nodes = _compiled(_RESOLVED.sub("", expression), base)(start)
    return [node for node in nodes if node.value is not None]  # None: an extension in the place of a value


@cache
def _compiled(expression, base):
    return fhirpath.compile(expression, base)


def _about(parameter, modifiers, values, resource, base):
    """Yield every query about one parameter; the first asks for a value that is there, if there is one."""
    code, kind = parameter.code, parameter.type
    if kind == "composite":
        for item in _composite(parameter, values, resource, base):
            yield Asking(((code, item),), kind, "")
        return
    for value in values:
        for modifier, item in _ITEMS[kind](value, base):
            if not modifier or (modifier in modifiers and _targeted(parameter, modifier, item)):
                yield _asking(parameter, modifier, item)
    for item in _ANY[kind]:
        yield Asking(((code, item),), kind, "")
        if "not" in modifiers:
            yield Asking(((f"{code}:not", item),), kind, "not")
    if "missing" in modifiers:
        yield from (Asking(((f"{code}:missing", item),), kind, "missing") for item in ("true", "false"))


def _targeted(parameter, modifier, item):
    return modifier != "[type]" or item.partition("/")[0] in parameter.targets


def _asking(parameter, modifier, item):
    if modifier == "[type]":
        type_, _, id_ = item.partition("/")
        return Asking(((f"{parameter.code}:{type_}", id_),), parameter.type, "[type]")
    name = f"{parameter.code}:{modifier}" if modifier else parameter.code
    prefixed = parameter.type in {"date", "number", "quantity"} and item[:2] in PREFIXES
    return Asking(((name, item),), parameter.type, modifier or (item[:2] if prefixed else ""))


def _combined(parameter, found, rng):
    """Yield a list of alternatives, and two conditions at once, made of what was asked one by one."""
    plain = [one for one in found if one.pairs[0][0] == parameter.code]
    if len(plain) > 1 and parameter.type != "composite":
        two = [one.pairs[0][1] for one in rng.sample(plain, 2)]
        yield Asking(((parameter.code, ",".join(two)),), parameter.type, "or")
    if len(found) > 1:
        one, other = rng.sample(found, 2)
        yield Asking((*one.pairs, *other.pairs), parameter.type, "and")


def _token(node, base):
    codings = {"CodeableConcept": _codings, "Coding": lambda value: [value], "Identifier": _identifier}
    _ = base
    if node.type == "ContactPoint":
        yield from _bare(node.value.get("value", "none"))
    elif node.type in codings:
        for coding in codings[node.type](node.value):
            yield from _coded(coding)
        yield from _beside(node)
    elif not isinstance(node.value, dict):
        text = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
        yield from _bare(text)
        yield "below", escaped(text.partition(";")[0])


def _codings(concept):
    return concept.get("coding", [{}])


def _identifier(value):
    return [{"system": value.get("system"), "code": value.get("value")}]


def _bare(text):
    for modifier in ("", "not"):
        yield modifier, escaped(text)
        yield modifier, escaped(text) + "x"
    yield "", escaped(text.swapcase())


def _coded(coding):
    system, code = coding.get("system") or "", escaped(coding.get("code") or "")
    other = SYSTEMS[0] if system != SYSTEMS[0] else SYSTEMS[1]
    items = [f"{system}|", f"{other}|{code or 'a'}", f"{other}|"]
    if code:
        items = [
            code,
            f"{system}|{code}",
            f"|{code}",
            f"{code}x",
            f"{system}|{code}x",
            code.swapcase(),
            *items,
        ]
    for item in items:
        if item != "|":
            yield "", item
            yield "not", item


def _beside(node):
    concept = node.value.get("type", {}) if node.type == "Identifier" else node.value
    texts = [concept.get("text"), concept.get("display")]
    texts += [coding.get("display") for coding in concept.get("coding", [])]
    for text in filter(None, texts):
        yield "text", escaped(text)
        yield "text", escaped(text[:3].upper())
        yield "text", escaped(f"{text} and more")
    for coding in concept.get("coding", []) if node.type == "Identifier" else []:
        parts = [coding.get("system"), coding.get("code"), node.value.get("value")]
        if all(parts):
            yield "of-type", "|".join(map(escaped, parts))
            yield "of-type", "|".join(map(escaped, [*parts[:2], f"{parts[2]}x"]))
            yield "of-type", "|".join(map(escaped, [parts[0], f"{parts[1]}x", parts[2]]))


def _reference(node, base):
    literal = node.value if isinstance(node.value, str) else node.value.get("reference", "")
    for number in [] if isinstance(node.value, str) else [node.value.get("identifier")]:
        yield from (
            (("identifier", item) for _, item in _coded(_identifier(number)[0]) if number) if number else ()
        )
    if not literal:
        return
    yield "", escaped(literal)
    yield "", escaped(literal) + "0"
    found = re.fullmatch(r"(.*/)?([A-Z]\w+)/([\w.-]+)", literal)
    if found:
        short = f"{found[2]}/{found[3]}"
        spellings = [short, f"{base}/{short}", f"{FOREIGN}/{short}", found[3], f"{short}/_history/3"]
        yield from (("", text) for text in [*spellings, f"Device/{found[3]}", f"{found[3]}0"])
        yield "[type]", short
        yield "[type]", f"{found[2]}/{found[3]}0"
        yield from (("[type]", f"{type_}/{found[3]}") for type_ in _TYPES if type_ != found[2])


def _date(node, base):
    _ = base
    for text in _moments(node):
        year = int(text[:4])
        near = [text, text[:10], text[:7], text[:4], f"{year + 1}", f"{year - 1}", f"{year - 100}{text[4:]}"]
        if len(text) >= 10:
            day = date.fromisoformat(text[:10])
            near += [(day + timedelta(days=step)).isoformat() for step in (-1, 1)]
            near += [f"{day}T{time}" for time in ("10:30:00Z", "10:30:59-02:00", "10:30Z", "10:30:00.5Z")]
        yield "", text
        yield from (("", prefix + item) for item in dict.fromkeys(near) for prefix in PREFIXES)


def _moments(node):
    value = node.value
    if not isinstance(value, dict):
        return [value] if node.type in {"date", "dateTime", "instant"} else []
    period = value.get("repeat", {}).get("boundsPeriod", {}) if node.type == "Timing" else value
    ends = [period.get("start"), period.get("end"), *value.get("event", [])]
    return list(filter(None, ends))


def _number(node, base):
    _ = base
    if not isinstance(node.value, dict):
        yield from (("", item) for item in _numerals(node.value))


def _numerals(number):
    text = str(number).replace("E+", "e")
    yield text
    near = [text, number + 1, number - 1, f"{number:f}"]
    # With a digit more, and with one less, so that the number lies in the range that the digits imply.
    near += [f"{text}0", text[:-1].removesuffix(".")] if "." in text and "e" not in text.lower() else []
    yield from (f"{prefix}{one}" for one in dict.fromkeys(map(str, near)) for prefix in PREFIXES)


def _quantity(node, base):
    _ = base
    value = node.value
    parts = [value.get("low"), value.get("high")] if node.type == "Range" else [value]
    for part in parts:
        if part and "value" in part:
            own_ = [
                f"|{escaped(part.get('system', ''))}|{part[key]}" for key in ("code", "unit") if key in part
            ]
            yield from (("", f"{part['value']:f}{unit}") for unit in [*own_, *_UNITS])
            yield from (
                ("", number + unit) for number in _numerals(part["value"]) for unit in ["", *own_[:1]]
            )


def _string(node, base):
    _ = base
    for text in _texts(node.value):
        word = re.split(r"\W+", text)[-1]
        bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        starts = [text, text[:3].upper(), f"{text}x", text.swapcase(), word or "z", bare or "z"]
        yield from (("", escaped(item)) for item in starts)
        yield from (("exact", escaped(item)) for item in [text, text.swapcase(), text[:3]])
        yield from (
            ("contains", escaped(item)) for item in [text[1:-1].upper() or "z", word or "z", f"{text}x"]
        )


def _texts(value):
    """Yield every text that is somewhere in a value, parts that no search looks at included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _uri(node, base):
    _ = base
    text = str(node.value)
    near = [text, f"{text}/y", text.rpartition("/")[0] or "urn:x", text.swapcase(), text.partition("|")[0]]
    yield from ((modifier, escaped(item)) for item in near for modifier in ("", "below", "above"))


_ITEMS = {
    "token": _token,
    "reference": _reference,
    "date": _date,
    "number": _number,
    "quantity": _quantity,
    "string": _string,
    "uri": _uri,
}


def _composite(parameter, values, resource, base):
    type_ = resource["resourceType"]
    kinds = [r4.parameter_by_url(one.definition_url, type_).type for one in parameter.components]
    for nodes in values:
        choices = [
            list(_part(kind, found, base)) or _ANY[kind] for kind, found in zip(kinds, nodes, strict=True)
        ]
        yield from ("$".join(parts) for parts in islice(product(*choices), 40))
    yield "$".join(_ANY[kind][0] for kind in kinds)


def _part(kind, nodes, base):
    for node in nodes:
        items = (item for modifier, item in _ITEMS[kind](node, base) if not modifier)
        yield from islice(items, 8)
