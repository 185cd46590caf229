"""The sets in a resource's meta: labels and tags by system and code, profiles by URL (R4-META-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Json

_CODED = ("security", "tag")


def distinct(meta: Json) -> Json:
    """Return the meta with each label, tag and profile once; the first spelling stays."""
    made = dict(meta)
    for name in _CODED:
        if name in made:
            made[name] = list({_identity(label): label for label in reversed(made[name])}.values())[::-1]
    if "profile" in made and "_profile" not in made:
        made["profile"] = list(dict.fromkeys(made["profile"]))
    return made


def _identity(label: Json) -> tuple[str, str, str]:
    # A label without a code is only like itself.
    return label.get("system", ""), label.get("code", ""), "" if "code" in label else label.get("display", "")
