"""The implementation guides that the suite judges by, as FHIR packages of our own writing.

The packages of the publishers could not be had, so that these were written from what the guides' pages say:
own words, own examples. A rule carries the requirement that it stands for (`urn:dermconf:requirement`) and
the evidence for it (`urn:dermconf:evidence`), at the constraint, binding or element that is the rule.

What gates is an error. What is inferred or assumed, or a SHOULD, is no more than a warning; the rules of the
dermatology guide are constraints rather than cardinalities and slices where those would fail more than its
pages say. One violation is found once, under the requirement that is nearest to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from conformance.problem import Problem, did_you_mean

_HERE = Path(__file__).parent

NAMES: Final = ("dermatology", "ai-transparency-ballot", "ai-transparency-current", "smart-imaging")


def folder(name: str) -> Path:
    """Return the folder of the package with a name of `NAMES`."""
    if name not in NAMES:
        raise Problem("unknown-package", f"no package is named {name!r}", hint=did_you_mean(name, NAMES))
    return _HERE / name
