"""The page about the kinds of checks, drawn from what their modules say of themselves."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from conformance.checks import KINDS

if TYPE_CHECKING:
    from conformance.checks.scene import Kind

_HEAD = """# The kinds of checks

This page is drawn from the modules in `conformance/checks/`; change it there.

Every check belongs to one step and has exactly one kind. All checks of a step are judged. What a check finds
is held, failed, untested (there was nothing to look at: empty proves nothing), not-asked (its condition did
not come up, which is the server's right), cannot-say (FHIR leaves it to the server) or observed (told, never
judged).

## Predicates

They stand beside `fhirpath`, `jsonpath` and `header`.

| predicate | holds when |
| --- | --- |
| `is` | there is exactly one value, and it means the same: numbers by value, zoned times by instant |
| `is-not` | there are values, and none of them is this one |
| `in` | there is exactly one value, and it is in the list |
| `matches` | there is exactly one text, and the regular expression is found in it |
| `at-least`, `at-most` | there is exactly one number, and it is not below, or not above |
| `count` | there are so many values |
| `exists` | there is a value (`true`) or none (`false`) |

A regular expression for `matches` has no look-around, no back reference, no repeated group that itself
varies, and few open repetitions; `(?i)` is allowed. Texts of more than 1000 characters are untested.
"""


def text(kind: Kind) -> str:
    """Return what a kind's module says of it, one heading level deeper, under the kind's name."""
    module = sys.modules[f"conformance.checks.{kind.name.replace('-', '_')}"]
    said = (module.__doc__ or "").strip().replace("\n## ", "\n### ")
    beside = ", ".join(f"`{key}`" for key in kind.beside)
    keys = f"\n\nBeside it: {beside}." if beside else ""
    first, _, rest = said.partition("\n")
    return f"## {kind.name}\n\n{first}{keys}\n{rest}\n"


def page() -> str:
    """Return the whole page as markdown."""
    return "\n".join([_HEAD, *(text(kind) for kind in KINDS.values())])
