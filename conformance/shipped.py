"""Where the scenarios and fixtures lie that come with dermconf: beside the package, else inside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def testcases() -> Path:
    """Return the folder of the shipped scenarios."""
    return _shipped("testcases")


def fixtures() -> Path:
    """Return the folder of the shipped fixtures."""
    return _shipped("fixtures")


def _shipped(name: str) -> Path:
    # A checkout first: what an editable install keeps inside the package may be stale.
    # Beside an installed package, folders of these names are somebody else's.
    checkout = _PACKAGE.parent
    return checkout / name if (checkout / "pyproject.toml").is_file() else _PACKAGE / "_shipped" / name
