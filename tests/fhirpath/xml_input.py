"""FHIR XML to FHIR JSON, by the element tree; enough for the inputs of the HL7 suite."""

from xml.etree import ElementTree as ET

from conformance.definitions import r4
from conformance.fhirpath.node import child_names, readers

FHIR, XHTML = "{http://hl7.org/fhir}", "{http://www.w3.org/1999/xhtml}"
READ = {
    "boolean": lambda text: text == "true",
    "integer": int,
    "positiveInt": int,
    "unsignedInt": int,
    "decimal": float,
}


def resource(text):
    return _resource(ET.fromstring(text))  # noqa: S314 - published examples


def _resource(xml):
    name = xml.tag.removeprefix(FHIR)
    return {"resourceType": name, **_children(xml, name)}


def _fields(shape):
    return {f.key: (f, r4.children(shape)[n]) for n in child_names(shape) for f in readers(shape, n).values()}


def _children(xml, shape):
    found = {}
    fields = _fields(shape)
    for name in ("id", "url"):
        if name in xml.attrib:
            found[name] = xml.attrib[name]
    for child in xml:
        if child.tag == f"{XHTML}div":
            found["div"] = ET.tostring(child, encoding="unicode")
            continue
        field, element = fields[child.tag.removeprefix(FHIR)]
        value, extra = _value(child, field)
        _put(found, field, element, value, extra)
    return found


def _value(xml, field):
    if field.resource:
        return _resource(xml[0]), None
    if field.type not in r4.primitive_types():
        return _children(xml, field.shape), None
    stated = xml.attrib.get("value")
    value = None if stated is None else READ.get(field.type, str)(stated)
    beside = {k: v for k, v in xml.attrib.items() if k == "id"}
    extensions = [_children(part, "Extension") for part in xml]
    return value, {**beside, **({"extension": extensions} if extensions else {})} or None


def _put(found, field, element, value, extra):
    if element.max == "1":
        found.update({k: v for k, v in ((field.key, value), (f"_{field.key}", extra)) if v is not None})
        return
    values = found.setdefault(field.key, [])
    values.append(value)
    if extra is not None or f"_{field.key}" in found:
        extras = found.setdefault(f"_{field.key}", [])
        extras += [None] * (len(values) - len(extras) - 1)
        extras.append(extra)
