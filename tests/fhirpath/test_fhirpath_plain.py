"""The short way over plain JSON says what the nodes say, or nothing: on lawful, odd and broken values."""

import re
from decimal import Decimal
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import packages
from conformance.definitions import r4
from conformance.definitions.packages import load
from conformance.definitions.structures import Definitions, core
from conformance.fhirpath import Node, compile, plain_values  # noqa: A004
from conformance.fhirpath.node import readers
from conformance.fhirpath.parser import parse
from conformance.fhirpath.plain import truth_of
from conformance.fhirpath.types import base_shapes
from conformance.problem import Problem

# What no constraint of R4 or of the guide makes use of, each with a base.
MORE = [
    ("Observation", "Observation.status.startsWith('f') xor code.text.endsWith('x')"),
    ("Observation", "value.ofType(Quantity).value > 2.5 or value.ofType(string).contains('a')"),
    ("Observation", "value.ofType(boolean) = true"),
    ("Observation", "value.ofType(integer) = 2 and value.ofType(integer) <= 4"),
    ("Observation", "category.coding.all(code.lower() = 'a' or display.hasValue())"),
    ("Observation", "category.coding.code != 'a' implies (category.text = 'b').exists()"),
    ("Observation", "note.text.matchesFull('a+')"),
    ("Observation", "(status = 'final').not().empty()"),
    ("Observation", "subject.resolve() is Patient or (performer.resolve() is Device).empty()"),
    ("Observation", "performer.where(resolve() is Device).exists()"),
    ("Observation", "contained.exists() and effective.exists()"),
    ("Observation", "code.text in ('a' | 'b' | 'final')"),
    ("Observation", "category.exists(text = 'a') = interpretation.empty()"),
    ("Observation", "status.matches('(')"),
    ("Bundle", "entry.where(resource.exists()).request.method = 'PUT'"),
    ("code", "$this != 'final' and $this.exists()"),
]
WORD = re.compile(r"[A-Za-z]+")
TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'")
NUMBERS = [0, 1, 2, 3, -1, Decimal("0.5"), Decimal("2.50"), Decimal(1)]
REFERENCES = ["Patient/a", "Device/b", "#c", "http://s.example/fhir/Device/b", "urn:uuid:x", "x", ""]
JUNK = [
    None, True, False, 0, 7, 1.5, "", "x", [], {}, [None], ["a", "b"], [{}], {"id": "x"}, {"extension": [{}]},
    Decimal("NaN"), Decimal("1E+999999"), [[]], "#", "Patient/a", [{"reference": "Patient/a"}] * 2,
]  # fmt: skip


def constraints(element):
    return [each["expression"] for each in element.get("constraint", ()) if "expression" in each]


def base_of(element):
    types = {str(row.get("code")) for row in element.get("type", ())}
    own = types - {"BackboneElement", "Element", "Resource", "DomainResource"}
    return own.pop() if len(types) == len(own) == 1 else element.get("base", element)["path"]


def compiled_or_none(base, expression):
    try:
        return compile(expression, base)
    except Problem:
        return None


@cache
def asked():
    """Return every constraint of R4 and of the guide that has a short way, and those above."""
    structures = [core("StructureDefinition").get(url) for url in core("StructureDefinition").urls]
    guide = Definitions([load(packages.folder("dermatology"))])
    profiles = [each for each in guide.packages[0].resources if each["resourceType"] == "StructureDefinition"]
    structures += [guide.structure(each["url"]) for each in profiles]
    rows = [row for each in structures for row in each["snapshot"]["element"]]
    named = {(base_of(row), text) for row in rows for text in constraints(row)} | set(MORE)
    found = [compiled_or_none(base, text) for base, text in sorted(named)]
    return [each for each in found if each is not None and short(each)]


def short(each):
    shapes = base_shapes(each.base)
    return (
        shapes is not None and len(shapes) == 1 and truth_of(parse(each.expression), min(shapes)) is not None
    )


class Maker:
    """Makes values of a shape from the words of an expression, so that it finds something."""

    def __init__(self, expression, random, odd):
        self.random, self.odd = random, odd
        self.words = {*WORD.findall(expression), "reference"}
        self.texts = [*TEXT.findall(expression), "a", "b", "aa", "A"]

    def broken(self):
        return self.random.random() < self.odd

    def value(self, shape, depth=0):
        if self.broken():
            return self.random.choice(JUNK)
        if shape in r4.primitive_types():
            return self.primitive(shape)
        if shape in {"Resource", "DomainResource"}:
            return {"resourceType": "Patient"}
        made = {"resourceType": shape} if shape in r4.resource_types() else {}
        for element in r4.children(shape).values() if depth < 6 else ():
            if element.name in self.words and self.random.random() < 0.7:
                made |= self.member(shape, element, depth)
        return made

    def member(self, shape, element, depth):
        fields = list(readers(shape, element.name).values())
        count = 2 if self.broken() else 1
        return {
            key: each for field in self.some(fields, count) for key, each in self.field(field, element, depth)
        }

    def some(self, fields, count):
        likely = [field for field in fields if field.type in self.words] or fields
        return [self.random.choice(likely if self.random.random() < 0.5 else fields) for _ in range(count)]

    def field(self, field, element, depth):
        many = (element.max == "*") != self.broken()
        size = self.random.choice([0, 1, 1, 2, 3])
        values = [self.value(field.shape, depth + 1) for _ in range(size if many else 1)]
        yield field.key, values if many else values[0]
        if field.sibling and self.broken():
            yield field.sibling, self.random.choice(JUNK)

    def primitive(self, shape):
        if shape == "boolean":
            return self.random.random() < 0.5
        if shape in {"decimal", "integer", "positiveInt", "unsignedInt"}:
            return self.random.choice(NUMBERS)
        return self.random.choice(self.texts + REFERENCES if self.random.random() < 0.5 else self.texts)


def shape_of(each):
    """Return the one shape that an expression starts from."""
    return min(base_shapes(each.base))


def node_of(each, value):
    kind = each.base if "." not in each.base else "BackboneElement"
    return Node(value, kind, each.base, shape=shape_of(each))


def evaluated(each, node):
    """Return what the nodes say: a truth, or None for anything else and for errors."""
    try:
        found = each(node)
    except Problem:
        return None
    return found[0].value if len(found) == 1 and isinstance(found[0].value, bool) else None


def agreed(seed, odd):
    """Compare all expressions on one value each, and return how many had the short way's word."""
    random = Random(seed)  # noqa: S311 - a test's random values
    told = 0
    for each in asked():
        node = node_of(each, Maker(each.expression, random, odd).value(shape_of(each)))
        known = each.known(node)
        assert known is None or known is evaluated(each, node), (each, node.value)
        told += known is not None
    return told


MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(st.integers(0, 2**32))
def test_what_the_json_tells_is_what_the_nodes_say(seed):
    # A few are empty, and a reference need not tell its type.
    assert agreed(seed, odd=0) > 0.7 * len(asked())


@MANY
@given(st.integers(0, 2**32), st.sampled_from([0.02, 0.1, 0.3]))
def test_nothing_broken_is_told_otherwise_than_the_nodes_say(seed, odd):
    agreed(seed, odd)


def test_the_short_way_is_there_for_most_constraints():
    assert len(asked()) > 150
    assert not {text for _, text in MORE} - {each.expression for each in asked()} - {"status.matches('(')"}


@pytest.mark.parametrize(
    ("expression", "value", "known"),
    [
        ("status = 'final'", {"status": "final"}, True),
        ("status = 'final'", {"status": "amended"}, False),
        ("status = 'final'", {}, None),  # the empty collection
        ("status = 'final'", {"status": "final", "_status": {"id": "s"}}, None),
        ("status = 'final'", {"status": ["final"]}, None),
        ("status.exists()", {"status": None}, False),
        ("category.exists()", {"category": {"text": "a"}}, None),
        ("category.exists()", {"category": [None]}, None),
        ("category.coding.exists(code = 'a')", {"category": [{"coding": [{"code": "a"}]}, {}]}, True),
        ("value.exists()", {"valueString": "a", "valueInteger": 1}, None),
        ("value.ofType(Quantity).value >= 0", {"valueQuantity": {"value": Decimal("0.0")}}, True),
        ("value.ofType(Quantity).value >= 0", {"valueQuantity": {"value": "0"}}, None),
        ("value.ofType(Quantity).value >= 0", {"valueQuantity": {"value": 0.5}}, None),  # a binary number
        ("value.ofType(Quantity).value >= 0", {"valueQuantity": {"value": True}}, None),
        ("subject.resolve() is Patient", {"subject": {"reference": "Patient/a"}}, True),
        ("subject.resolve() is Patient", {"subject": {"reference": "urn:uuid:a"}}, None),
        ("component.all(value.exists())", {"component": [{"valueString": "a"}, {}]}, False),
        ("text.div.exists()", {"text": "a"}, None),
    ],
)
def test_what_is_told_and_what_is_left_to_the_nodes(expression, value, known):
    node = Node({"resourceType": "Observation", **value}, "Observation", "Observation")
    assert compile(expression, "Observation").known(node) is known


@pytest.mark.parametrize(
    "expression",
    ["birthDate = '1990-01-01'", "name.first().family = 'a'", "name.given.count() > 1", "%resource.exists()"],
)
def test_what_has_no_short_way_is_always_evaluated(expression):
    node = Node({"resourceType": "Patient", "birthDate": "1990-01-01", "name": []}, "Patient", "Patient")
    assert compile(expression, "Patient").known(node) is None


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("code", {"code": {"text": "a"}}, [{"text": "a"}]),
        ("$this.code.text", {"code": {"text": "a"}}, ["a"]),
        ("value.ofType(string)", {"valueString": "a"}, ["a"]),
        ("category.text", {"category": [{"text": "a"}, {}, {"text": "b"}]}, ["a", "b"]),
        ("code", {}, []),
        ("$this", {"code": {}}, [{"code": {}}]),
        ("code", {"code": [{"text": "a"}]}, None),
        ("code.text", {"code": {"text": "a", "_text": {"id": "t"}}}, None),
        ("code", "a", None),
        ("subject.resolve()", {"subject": {"reference": "Patient/a"}}, None),
        ("value.ofType(Nonsense)", {"valueString": "a"}, None),
        ("nonsense", {"nonsense": 1}, None),
        ("code..text", {"code": {"text": "a"}}, None),
    ],
)
def test_the_values_at_a_path(path, value, found):
    assert plain_values(path, "Observation")(value) == found
