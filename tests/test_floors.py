"""Which module may import which is what `docs/architecture.md` says."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "conformance"
SOURCES = sorted(PACKAGE.rglob("*.py"))
SOCKETS = {"requests", "socket", "ssl", "urllib3", "httpx", "aiohttp", "http.client", "urllib.request"}
# The reference server listens on a socket; it never opens one to somebody else.
OPENING = {"talk": SOCKETS, "server.serving": {"socket"}}
ROW = re.compile(r"^\| (?:\d+|apart) \| (?P<names>[^|]+) \| (?P<allowed>[^|]+) \|$", re.MULTILINE)
NAME = re.compile(r"`([\w.]+)`")


def table():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = [(NAME.findall(row["names"]), NAME.findall(row["allowed"])) for row in ROW.finditer(text)]
    return {name: frozenset(allowed) for names, allowed in rows for name in names}


TABLE = table()


def module(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def row_of(name):
    parts = name.split(".")
    found = (".".join(parts[:size]) for size in range(len(parts), 0, -1))
    return next((row for row in found if row in TABLE), None)


def imports(tree):
    """Return every module that a source names, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: an import by dots"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(name):
    return row_of(name.removeprefix("conformance.")) if name.startswith("conformance.") else None


def forbidden(name, tree):
    row = row_of(name)
    used = {target for imported in imports(tree) if (target := own(imported))}
    return sorted(used - {row} - TABLE[row])


def test_every_module_has_its_row():
    unlisted = [module(path) for path in SOURCES if module(path) and row_of(module(path)) is None]
    assert not unlisted


def test_what_may_be_imported_has_its_own_row():
    assert {name for allowed in TABLE.values() for name in allowed} <= set(TABLE)


def test_rows_stand_above_what_they_may_import():
    order = list(TABLE)
    upward = [
        (row, below)
        for row, allowed in TABLE.items()
        for below in allowed
        if order.index(below) >= order.index(row)
    ]
    assert not upward


@pytest.mark.parametrize("path", [p for p in SOURCES if module(p)], ids=module)
def test_a_module_imports_only_what_its_row_allows(path):
    assert not forbidden(module(path), ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: module(path) or "conformance")
def test_only_talk_opens_client_sockets(path):
    named = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
    opening = {each for each in SOCKETS for name in named if f"{name}.".startswith(f"{each}.")}
    assert opening <= OPENING.get(row_of(module(path)), OPENING.get(module(path), set()))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: module(path) or "conformance")
def test_nobody_leans_on_the_inside_of_pytest(path):
    named = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
    assert not {name for name in named if name.split(".")[0] == "_pytest"}


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("judge.stage", "def f():\n    from conformance.run import player", ["run"]),
        ("judge.stage", "if TYPE_CHECKING:\n    import conformance.talk.client", ["talk"]),
        ("run.player", "from conformance.run.suite import Settings", ["run.suite"]),
        ("server.app", "from conformance import search", ["search"]),
        ("run.player", "from conformance.judge import stage", []),
    ],
)
def test_a_forbidden_import_is_seen_wherever_it_stands(name, source, expected):
    assert forbidden(name, ast.parse(source)) == expected
