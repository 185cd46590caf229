"""HL7's own FHIRPath suite for R4; DERMCONF_SHARED names the folder that has it, else ../shared is tried."""

import json
import os
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import xml_input

from conformance.fhirpath import compile  # noqa: A004
from conformance.problem import Problem

BESIDE = Path(__file__).parents[2].parent / "shared"
FOLDER = Path(os.environ.get("DERMCONF_SHARED", BESIDE)) / "peer-cases" / "fhirpath"
DEVIATIONS = json.loads((Path(__file__).parent / "deviations.json").read_text(encoding="utf-8"))
AT_LEAST = 0.95
READ = {
    "boolean": lambda text: text == "true",
    "integer": int,
    "decimal": Decimal,
    "date": lambda text: text.removeprefix("@"),
    "dateTime": lambda text: text.removeprefix("@"),
}


def suite():
    if not (FOLDER / "cases.json").is_file():
        return []
    return json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))


CASES = suite()
needs_suite = pytest.mark.skipif(
    not CASES, reason=f"HL7's FHIRPath suite is not in {FOLDER}: set DERMCONF_SHARED"
)


@cache
def given(name):
    if name is None:
        return {"resourceType": "Basic"}
    text = (FOLDER / "inputs" / name).read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal) if name.endswith(".json") else xml_input.resource(text)


def answer(case):
    resource = given(case.get("input"))
    return compile(case["expression"], resource["resourceType"])(resource)


def plain(node):
    if node.type == "System.Quantity":
        return f"{node.value['value']} '{node.value['unit']}'"
    return node.value


def expected(output, node):
    kind, text = output["type"], output["value"] or ""
    if kind is None:  # the boundary cases state no type
        kind = {"System.Date": "date", "System.DateTime": "dateTime", "System.Time": "time"}.get(node.type)
        text = text.removeprefix("@").removeprefix("T")
        if node.type in {"System.Decimal", "System.Integer"}:
            kind = "decimal"
        elif node.type == "System.Boolean":
            kind = "boolean"
    return READ.get(kind, str)(text)


def type_fits(output, node):
    stated, found = output["type"], node.type.removeprefix("System.")
    return stated is None or stated in {found, found[0].lower() + found[1:]}


def holds(case):
    if case.get("invalid"):
        try:
            answer(case)
        except Problem:
            return True
        return False
    nodes = answer(case)
    if case.get("predicate"):
        return bool(nodes)
    if len(nodes) != len(case["outputs"]) or not all(map(type_fits, case["outputs"], nodes)):
        return False
    found, stated = [plain(n) for n in nodes], list(map(expected, case["outputs"], nodes))
    return found == stated if case.get("ordered", True) else sorted(found) == sorted(stated)


@needs_suite
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_of_the_suite_holds_unless_a_reason_says_otherwise(case):
    if case["name"] not in DEVIATIONS:
        assert holds(case), case["expression"]
        return
    try:
        kept = holds(case)
    except Problem:
        kept = False
    assert not kept, f"{case['name']} holds after all: take it out of deviations.json"


@needs_suite
def test_nearly_all_of_the_suite_holds_and_every_deviation_names_a_case():
    assert DEVIATIONS.keys() <= {case["name"] for case in CASES}
    assert 1 - len(DEVIATIONS) / len(CASES) >= AT_LEAST
