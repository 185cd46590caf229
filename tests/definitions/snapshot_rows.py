"""A snapshot as rows that can be compared: what an element demands, and none of its prose.

    cd tests/definitions/fsh && sushi build -s -o /tmp/out .
    PYTHONPATH=. python tests/definitions/snapshot_rows.py /tmp/out

writes the rows of SUSHI's snapshots to `sushi/`, one file a profile, beside the definitions themselves.
SUSHI is npm's fsh-sushi, here 3.21.0; it needs `hl7.fhir.r4.core#4.0.1` in `~/.fhir/packages`.
"""

import json
import sys
from pathlib import Path

GOLDEN = Path(__file__).parent / "sushi"
_VALUES = ("fixed", "pattern", "minValue", "maxValue", "maxLength")
_DEFINED = ("resourceType", "id", "url", "version", "name", "kind", "abstract", "context", "type")
_DERIVED = ("baseDefinition", "derivation", "differential")


def rows(elements):
    """Return id -> what the element demands."""
    return {element["id"]: row(element) for element in elements}


def row(element):
    values = {key: value for key, value in element.items() if key.startswith(_VALUES)}
    slicing = element.get("slicing", {})
    return [
        element["path"],
        element.get("sliceName", ""),
        f"{element['min']}..{element['max']}",
        " ".join(map(type_text, element.get("type", []))) or element.get("contentReference", ""),
        binding_text(element.get("binding", {})),
        " ".join(sorted(c["key"] for c in element.get("constraint", []))),
        [f"{d['type']} {d['path']}" for d in slicing.get("discriminator", [])],
        f"{slicing.get('rules', '')}{' ordered' if slicing.get('ordered') else ''}",
        {**values, **({"isModifier": True} if element.get("isModifier") else {})},
    ]


def type_text(stated):
    profiles, targets = stated.get("profile", []), stated.get("targetProfile", [])
    return f"{stated['code']}{sorted(profiles) or ''}{sorted(targets) or ''}"


def binding_text(binding):
    return f"{binding['strength']} {binding.get('valueSet', '')}" if binding else ""


def regenerate(folder):
    GOLDEN.mkdir(exist_ok=True)
    for file in sorted(folder.glob("fsh-generated/resources/StructureDefinition-*.json")):
        definition = json.loads(file.read_text(encoding="utf-8"))
        lines = [
            f"    {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in rows(definition["snapshot"]["element"]).items()
        ]
        kept = {key: definition[key] for key in (*_DEFINED, *_DERIVED) if key in definition}
        text = ",\n".join(lines)
        name = GOLDEN / f"{definition['id']}.json"
        name.write_text(
            f'{{\n  "definition": {json.dumps(kept, ensure_ascii=False)},\n  "rows": {{\n{text}\n  }}\n}}\n',
            encoding="utf-8",
        )


if __name__ == "__main__":
    regenerate(Path(sys.argv[1]))
