"""What a server does with labels and tags (fairness F18)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.store import Version


@allowed("F18")
class LabelsMerged(Behaviour):
    """An update keeps the labels and tags that the resource had before."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        old = before.body["meta"] if before and before.body else {}
        merged = {name: [*made.get(name, []), *old.get(name, [])] for name in ("security", "tag")}
        return super().stamp({**made, **{n: v for n, v in merged.items() if v}}, stamped, before)


@allowed("F18")
class LabelsDescribed(Behaviour):
    """Each resource is given a label, and labels come back in another order with version and display."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        own = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}
        sent_ = [label for label in made.get("security", ()) if label.get("code") != "N"]
        labels = [{**label, "version": "1", "display": "A label"} for label in [own, *sent_[::-1]]]
        return {**made, "security": labels}
