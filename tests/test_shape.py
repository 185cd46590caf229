"""The shape of the code: small modules, small functions, and a sentence for each."""

import ast
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "conformance").rglob("*.py"))
LONGEST_MODULE = 300
LONGEST_FUNCTION = 60
MEDIAN_FUNCTION = 8


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(n.name, (n.end_lineno or 0) - n.lineno + 1) for n in ast.walk(tree) if isinstance(n, kinds)]


def shown(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_a_module_is_short_and_says_in_a_sentence_what_it_is_for(path):
    text = path.read_text(encoding="utf-8")
    sentence = (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert sentence.endswith((".", "?"))


def test_no_function_is_long():
    long = [
        (shown(path), name)
        for path in SOURCES
        for name, length in functions(path)
        if length > LONGEST_FUNCTION
    ]
    assert not long


def test_the_median_function_is_a_few_lines():
    assert median(length for path in SOURCES for _, length in functions(path)) <= MEDIAN_FUNCTION


def test_modules_of_tests_have_names_of_their_own():
    # The folders of tests are no packages: two modules of one name cannot be imported side by side.
    names = Counter(path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py")
    assert not [name for name, count in names.items() if count > 1]
