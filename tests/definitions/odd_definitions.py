"""Definitions as nobody should write them: some only odd, some broken."""

from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)
URLS = ["x:p", "x:v", "x:s"]
PATHS = st.sampled_from(
    [
        "Observation",
        "Observation.value[x]",
        "Observation.valueQuantity",
        "Observation.valueQuantity.code",
        "Observation.value[x].extension.value[x]",
        "Observation.component",
        "Observation.component.referenceRange.low",
        "Observation.component.code.coding.system",
        "Observation.extension.extension.url",
    ]
)
SLICES = st.sampled_from(["a", "a/b", "a/b/c", "valueQuantity"])
TYPES = st.lists(
    st.fixed_dictionaries(
        {"code": st.sampled_from(["Quantity", "BackboneElement", "Extension", "x:p"])},
        optional={"profile": st.lists(st.sampled_from(URLS), max_size=2)},
    ),
    max_size=2,
)
ELEMENT = st.fixed_dictionaries(
    {"path": PATHS},
    optional={
        "id": PATHS | st.tuples(PATHS, SLICES).map(":".join),
        "sliceName": SLICES,
        "type": TYPES,
        "min": st.integers(0, 2),
        "max": st.sampled_from(["0", "1", "*"]),
        "contentReference": st.sampled_from(["#Observation.component", "#x", "#Observation.x"]),
        "slicing": st.fixed_dictionaries({}, optional={"rules": st.just("open"), "ordered": st.booleans()}),
        "fixedCode": JSON,
    },
)
BROKEN = st.dictionaries(st.sampled_from(["path", "id", "min", "max", "type", "binding", "constraint"]), JSON)
CODE = st.fixed_dictionaries({}, optional={"code": JSON, "concept": JSON, "property": JSON, "display": JSON})
INCLUDE = st.fixed_dictionaries(
    {},
    optional={
        "system": JSON | st.just("s"),
        "concept": JSON,
        "filter": JSON,
        "valueSet": JSON | st.just(URLS),
    },
)
LIST = st.fixed_dictionaries({"element": st.lists(ELEMENT | BROKEN, min_size=1, max_size=4)})
DEFINITION = st.fixed_dictionaries(
    {
        "resourceType": st.sampled_from(["StructureDefinition", "ValueSet", "CodeSystem"]),
        "url": st.sampled_from(URLS),
    },
    optional={
        "baseDefinition": st.sampled_from(["Observation", *URLS]) | JSON,
        "differential": st.fixed_dictionaries({"element": st.lists(ELEMENT, max_size=4)}) | LIST | JSON,
        "snapshot": LIST | JSON,
        "version": JSON,
        "content": JSON | st.just("complete"),
        "concept": JSON | st.lists(CODE, max_size=3),
        "compose": JSON | st.fixed_dictionaries({"include": JSON | st.lists(INCLUDE, max_size=3)}),
        "expansion": JSON,
    },
)
