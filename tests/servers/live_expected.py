"""What a run against a known server must say: written down row by row, and compared in both directions."""

from __future__ import annotations

from pathlib import Path

from conformance.yamlfile import load

FOLDER = Path(__file__).parent / "expected"
# A row that passes is not written down; a finding of these kinds is.
_TOLD = ("fail", "warn", "untested")


def expected(name: str) -> dict:
    """Return what `expected/<name>.yaml` says: verdict, exit, reasons, rows."""
    path = FOLDER / f"{name}.yaml"
    return load(path.read_text(), str(path)).json


def observed(summary: dict) -> dict:
    """Return the rows of a summary.json, in the shape of the expected ones."""
    return {row["id"]: _row(row) for row in summary["scenarios"]}


def _row(row: dict) -> dict:
    found = {
        verdict: sorted({f["requirement"] for f in row["findings"] if f["verdict"] == verdict})
        for verdict in _TOLD
    }
    return {"verdict": row["verdict"], **{verdict: ids for verdict, ids in found.items() if ids}}


def without_reasons(rows: dict) -> dict:
    """Return expected rows as `observed` would say them."""
    return {
        name: {key: value for key, value in row.items() if key != "because"} for name, row in rows.items()
    }


def differences(wanted: dict, found: dict) -> list[str]:
    """Return one line for each row that is not as it is written down.

    A name that ends with a slash stands for every scenario below it that has no row of its own.
    """
    single = {name: row for name, row in wanted.items() if not name.endswith("/")}
    names = sorted(single.keys() | found.keys())
    plain = {"verdict": "pass"}
    return [
        f"{name}: expected {row}, actual {found.get(name, plain)}"
        for name in names
        if (row := single.get(name) or _below(name, wanted) or plain) != found.get(name, plain)
    ]


def _below(name: str, wanted: dict) -> dict | None:
    folders = [key for key in wanted if key.endswith("/") and name.startswith(key)]
    return wanted[max(folders, key=len)] if folders else None
