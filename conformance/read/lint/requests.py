"""Requests make sense: conditions that the verb knows, no header that is not the author's to set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Step
    from conformance.read.lint.ground import Ground
    from conformance.yamlfile import Tree

# R4 http.html: If-None-Exist on create, If-Match on what changes a version, the others on read.
_CONDITIONS: Mapping[str, frozenset[str]] = {
    "create": frozenset({"none"}),
    "update": frozenset({"match", "none-match"}),
    "patch": frozenset({"match"}),
    "delete": frozenset({"match"}),
    "read": frozenset({"none-match", "modified-since"}),
}
_NOT_THE_AUTHORS = frozenset({"authorization", "cookie", "host"})


def sent(ground: Ground) -> Iterator[Problem]:
    """Return what is amiss with the requests of a row."""
    for step, tree, _whole in ground.entries():
        yield from _conditions(step, tree)
        yield from _headers(step, tree)
        if step.verb == "patch" and not {"set", "drop"} & step.args.keys():
            yield Problem("missing-key", "'patch' needs 'set' or 'drop'", place=tree.at("patch"))
        if step.verb == "create" and "within" in step.args and "if" not in step.args:
            message = "only a conditional create may be repeated"
            yield Problem("within", message, place=tree.at("within"), hint="add `if: {none: …}`")


def _conditions(step: Step, tree: Tree) -> Iterator[Problem]:
    known = _CONDITIONS.get(step.verb, frozenset())
    for key in step.args.get("if", {}):
        if key not in known:
            hint = f"'{step.verb}' knows {', '.join(sorted(known))}"
            message = f"'{key}' is no condition of '{step.verb}'"
            yield Problem("condition", message, place=tree.at("if", key), hint=hint)


def _headers(step: Step, tree: Tree) -> Iterator[Problem]:
    for name in step.args.get("headers", {}):
        if name.lower() in _NOT_THE_AUTHORS:
            message = f"the header '{name}' belongs to the target's settings, not to a scenario"
            yield Problem("header", message, place=tree.at("headers", name))
