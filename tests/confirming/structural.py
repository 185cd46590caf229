"""The dermatology guide as a publisher would write it: cardinalities, slices, bindings and patterns alone.

Invented for the tests; it demands what our package demands by constraints, as far as structure can say it.
"""

IG = "https://annotatemd.com/fhir/ig"
CORE = "http://hl7.org/fhir/StructureDefinition"
SNOMED = "http://snomed.info/sct"
TYPES = f"{IG}/CodeSystem/annotation-type"
METHODS = f"{IG}/CodeSystem/annotation-method"
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
LABELS = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
UCUM = "http://unitsofmeasure.org"


def concept(system, code):
    return {"coding": [{"system": system, "code": code}]}


def element(id_, **rest):
    path = ".".join(part.partition(":")[0] for part in id_.split("."))
    name = {"sliceName": id_.rpartition(":")[2]} if ":" in id_.rpartition(".")[2] else {}
    return {"id": id_, "path": path, **name, **rest}


def sliced(id_, path, **rest):
    slicing = {"discriminator": [{"type": "pattern", "path": path}], "rules": "open", "ordered": False}
    return element(id_, slicing=slicing, **rest)


def images(*types):
    return [{"code": "Reference", "targetProfile": [f"{CORE}/{each}" for each in types]}]


def categories():
    return [
        sliced("Observation.category", "$this", min=2),
        element(
            "Observation.category:imaging",
            min=1,
            max="1",
            patternCodeableConcept=concept(CATEGORIES, "imaging"),
        ),
        element(
            "Observation.category:annotation",
            min=1,
            max="1",
            patternCodeableConcept=concept(TYPES, "dermatology-annotation"),
        ),
    ]


def source():
    types = images("ImagingStudy", "DocumentReference", "Media")
    return [element("Observation.derivedFrom", min=1, type=types)]


def finding():
    return [
        sliced("Observation.component", "code", min=1),
        element("Observation.component:skinFinding", min=1, max="*"),
        element(
            "Observation.component:skinFinding.code", patternCodeableConcept=concept(SNOMED, "106076001")
        ),
        element("Observation.component:skinFinding.value[x]", min=1, type=[{"code": "CodeableConcept"}]),
    ]


def status(name):
    bound = {"strength": "required", "valueSet": f"{IG}/ValueSet/{name}"}
    return [element("Observation.status", binding=bound)]


def body_site():
    bound = {"strength": "extensible", "valueSet": f"{IG}/ValueSet/body-sites-skin"}
    return [element("Observation.bodySite", binding=bound)]


def annotation():
    bound = {"strength": "required", "valueSet": f"{IG}/ValueSet/annotation-methods"}
    return [
        element("Observation"),
        *status("dermatology-annotation-status"),
        *categories(),
        *body_site(),
        element("Observation.method", min=1, binding=bound),
        *source(),
        *finding(),
    ]


def prediction():
    return [
        element("Observation"),
        element("Observation.meta", min=1),
        sliced("Observation.meta.security", "$this", min=1),
        element(
            "Observation.meta.security:aiast",
            min=1,
            max="1",
            patternCoding={"system": LABELS, "code": "AIAST"},
        ),
        *status("ai-prediction-status"),
        *categories(),
        *body_site(),
        element("Observation.method", min=1, patternCodeableConcept=concept(METHODS, "ai-inference")),
        element("Observation.device", min=1),
        *source(),
        *finding(),
        element("Observation.component:time", min=0, max="1"),
        element(
            "Observation.component:time.code", patternCodeableConcept=concept(TYPES, "inference-time-ms")
        ),
        element(
            "Observation.component:time.value[x]",
            type=[{"code": "Quantity"}],
            patternQuantity={"system": UCUM, "code": "ms"},
        ),
    ]


def profile(name, elements, **rest):
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": f"{IG}/StructureDefinition/{name}",
        "version": "0.2.0",
        "name": "".join(part.title() for part in name.split("-")),
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": False,
        "type": "Observation",
        "baseDefinition": f"{CORE}/Observation",
        "derivation": "constraint",
        "differential": {"element": elements},
        **rest,
    }


def structural():
    """Return the package's resources by file name."""
    return {
        "StructureDefinition-ai-prediction.json": profile("ai-prediction", prediction()),
        "StructureDefinition-dermatology-image-annotation.json": profile(
            "dermatology-image-annotation", annotation()
        ),
    }
