"""The JSON Schema for editors is the reader's own tables, and the two agree."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from conformance import read, shipped
from conformance.checks import KINDS
from conformance.commands import run
from conformance.model import EDITIONS
from conformance.problem import Problem, Problems
from conformance.read import language, topkeys
from conformance.read.meaning import MEANING
from conformance.read.schema import FILE, schema
from conformance.yamlfile import load

HERE = Path(__file__).parent
VALIDATOR = jsonschema.Draft202012Validator(schema(KINDS))
# Faults of structure: what the schema can see. All others need names, fixtures, R4 or the catalogue.
STRUCTURE = {"shape", "unknown-key", "missing-key", "verb", "kind"}


def texts():
    yield from (
        (file.stem, file.read_text(encoding="utf-8")) for file in sorted((HERE / "scenarios").rglob("*.yaml"))
    )
    for part in re.split(r"^=== ", (HERE / "complaints.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)[
        1:
    ]:
        name, _, rest = part.partition("\n")
        if not name.startswith("syntax"):
            yield name, rest.partition("---\n")[0]
    for file in sorted(shipped.testcases().rglob("*.yaml")):
        yield file.stem, file.read_text(encoding="utf-8")


def refused_by_the_reader(text):
    try:
        read.parse(text, "x", id="x")
    except Problems as problems:
        return any(problem.code in STRUCTURE for problem in problems.problems)
    return False


@pytest.mark.parametrize(("name", "text"), list(texts()))
def test_the_schema_refuses_what_the_reader_refuses_and_nothing_else(name, text):
    try:
        document = load(text, "x").json
    except Problem:
        # What is no YAML never comes to the schema; the reader has to refuse it.
        with pytest.raises(Problems):
            read.parse(text, "x", id="x")
        return
    assert VALIDATOR.is_valid(document) is not refused_by_the_reader(text), name


def test_the_file_that_is_shipped_is_up_to_date():
    assert json.loads(FILE.read_text(encoding="utf-8")) == schema(KINDS)


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema(KINDS))


def test_nowhere_is_there_a_one_of_which_would_hide_the_fault():
    assert "oneOf" not in json.dumps(schema(KINDS))


def test_every_key_of_the_language_says_what_it_means():
    keys = {*topkeys.TOP, "cases", *language.VERBS, *language.STEP_KEYS, *language.CHECK_KEYS, *KINDS}
    keys |= {key for kind in KINDS.values() for key in kind.beside}
    keys |= {"times", "limit", "unlock"}
    assert set(MEANING) == keys


def test_options_know_the_editions_that_scenarios_do():
    assert run._EDITIONS == EDITIONS
