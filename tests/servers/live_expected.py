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
    """Return the rows of a summary.json that are no plain pass, in the shape of the expected ones."""
    rows = {row["id"]: _row(row) for row in summary["scenarios"]}
    return {name: row for name, row in rows.items() if row != {"verdict": "pass"}}


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
    """Return one line for each row that is not as it is written down."""
    names = sorted(wanted.keys() | found.keys())
    plain = {"verdict": "pass"}
    return [
        f"{name}: expected {wanted.get(name, plain)}, actual {found.get(name, plain)}"
        for name in names
        if wanted.get(name, plain) != found.get(name, plain)
    ]
