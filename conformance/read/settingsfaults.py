"""What is amiss with `dermconf.yaml`: secrets, its shape, its addresses, and keys that say nothing alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.definitions.release import RELEASES
from conformance.problem import Problem
from conformance.read.settingsshape import SHAPE
from conformance.read.shape import complaints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.yamlfile import Tree

# Headers that are credentials by their names.
_CREDENTIAL = re.compile(r"(?i)(?<![a-z])x?-?(api-?key|.*-token|.*secret|.*password|.*-key)$")
_SECRET_KEYS = frozenset({"password", "secret", "key", "bearer"})
_OF_CREDENTIALS = frozenset({"auth", "credentials", "wado-credentials"})
_ADDRESSES = frozenset({"base", "imaging", "wado", "hub", "token-url", "proxy", *RELEASES})
# What says nothing without another key, why, and how that is written.
_BESIDE: Mapping[str, tuple[str, str, str]] = {
    "imaging-generation": ("imaging", "the images whose generation this is", "https://host/fhir"),
    "wado-credentials": ("wado", "the archive that these are shown", "[https://host/wado]"),
}


def faults(tree: Tree, what: str) -> list[Problem]:
    """Return what is amiss; what hides the rest is told before it."""
    found = list(_told_in_clear(tree)) or [_without_value(one) for one in complaints(tree, SHAPE, what)]
    return found or list(_unusable(tree)) or [*_elsewhere(tree), *_alone(tree), *_nobodys(tree)]


def _told_in_clear(tree: Tree, key: str = "", *, auth: bool = False) -> Iterator[Problem]:
    """Return complaints about secrets that stand in the file; what they are stays unsaid."""
    if isinstance(tree.value, dict):
        for name, part in tree.value.items():
            yield from _told_in_clear(part, name, auth=auth or name in _OF_CREDENTIALS)
    elif isinstance(tree.value, tuple):
        for part in tree.value:
            yield from _told_in_clear(part, key, auth=auth)
    elif isinstance(tree.value, str) and _CREDENTIAL.search(key):
        hint = f"{key}: {{env: NAME}} names the environment variable that holds it"
        yield Problem("secret", f"{key}: a credential does not stand in a file", place=tree.place, hint=hint)
    elif isinstance(tree.value, str) and auth and key in _SECRET_KEYS:
        hint = f"{key}: {{env: NAME}} names the environment variable that holds it"
        yield Problem(
            "secret", f"{key}: the secret itself does not stand in a file", place=tree.place, hint=hint
        )
    elif isinstance(tree.value, str) and key in _ADDRESSES and "@" in tree.value:
        hint = "credentials stand under auth; a proxy's: proxy: {env: NAME}"
        yield Problem(
            "secret", f"{key}: the address holds a user name or password", place=tree.place, hint=hint
        )


def _without_value(problem: Problem) -> Problem:
    """Return a complaint without what stands there: it may be a secret that was put in the wrong place."""
    message = problem.message.partition("; actual:")[0]
    return Problem(problem.code, message, place=problem.place, hint=problem.hint)


def _unusable(tree: Tree, key: str = "") -> Iterator[Problem]:
    """Return complaints about addresses that no request can be sent to."""
    if isinstance(tree.value, dict):
        for name, part in tree.value.items():
            yield from _unusable(part, name)
    elif isinstance(tree.value, tuple):
        for part in tree.value:
            yield from _unusable(part, key)
    elif isinstance(tree.value, str) and key in _ADDRESSES and not _usable(tree.value):
        yield Problem("shape", f"{key}: no request can be sent to that address", place=tree.place)


def _nobodys(tree: Tree) -> Iterator[Problem]:
    """Return complaints about what the archive would be shown by somebody whom nobody asks as."""
    for target in tree.value["targets"].value.values():
        shown, known = target.child("wado-credentials"), target.child("credentials")
        for name, part in shown.value.items() if shown else ():
            if known is None or name not in known.value:
                message = f"wado-credentials: '{name}' has none under credentials"
                yield Problem("shape", message, place=part.key, hint=f"credentials: {{{name}: none}}")


def _elsewhere(tree: Tree) -> Iterator[Problem]:
    """Return complaints about bases of other releases on another host: credentials go to one alone."""
    for target in tree.value["targets"].value.values():
        versions = target.child("versions")
        host = urlsplit(str(target.json["base"])).netloc
        for name, part in versions.value.items() if versions else ():
            if urlsplit(part.value).netloc != host:
                message = f"versions: {name}: this is another host than the target's base"
                hint = "credentials go to one host; make it a target of its own"
                yield Problem("shape", message, place=part.place, hint=hint)


def _usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0 and address.isascii() and address.isprintable()
    except ValueError:
        return False


def _alone(tree: Tree) -> Iterator[Problem]:
    """Return complaints about keys that say nothing without another one."""
    for target in tree.value["targets"].value.values():
        for name, (other, what, such) in _BESIDE.items():
            part = target.child(name)
            if part is not None and target.child(other) is None:
                message = f"{name}: no '{other}' names {what}"
                yield Problem("shape", message, place=part.key, hint=f"{other}: {such}, or leave out {name}")
