"""Builders for what a check looks at; the people in it are invented."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from conformance.capability import Capability
from conformance.checks import Scene
from conformance.model import Attempt, Check, Exchange, Request, Resource

BASE = "http://example.test/fhir"
AIAST = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "AIAST"}

# How long a draw takes says something of the machine, nothing of the code.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)

_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
_keys = st.sampled_from(
    [
        "resourceType",
        "id",
        "meta",
        "security",
        "tag",
        "profile",
        "system",
        "code",
        "status",
        "derivedFrom",
        "subject",
        "reference",
        "type",
        "identifier",
        "entry",
        "resource",
        "fullUrl",
        "search",
        "mode",
        "link",
        "relation",
        "url",
        "total",
        "issue",
        "severity",
        "details",
        "text",
        "expression",
        "extension",
        "_status",
        "category",
        "coding",
        "contained",
        "value",
        "valueQuantity",
        "effectiveDateTime",
        "response",
        "x",
    ]
)
_leaves = _scalars | st.sampled_from(
    ["Observation", "Bundle", "OperationOutcome", "match", "self", "#c", "Media/1"]
)
hostile = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=6),
    max_leaves=25,
)
bodies = st.dictionaries(_keys, hostile, max_size=8)


def check(kind, value, *, when=None, **predicates):
    beside = {name.rstrip("_").replace("_", "-"): wanted for name, wanted in predicates.items()}
    return Check(index=1, kind=kind, value=value, predicates=beside, when=when or {})


def exchange(*statuses, headers=None, error=""):
    attempts = tuple(Attempt(status=status, headers=headers or {}, error=error) for status in statuses)
    return Exchange(request=Request(method="GET", url=BASE), attempts=attempts)


def answer(body=None, status=200, *, headers=None, verb="read", **more):
    return Scene(
        verb=verb,
        base=BASE,
        exchanges=(exchange(status, headers=headers),),
        pages=(body,),
        body=body,
        **more,
    )


def observation(id_="o1", **members):
    return {"resourceType": "Observation", "id": id_, "status": "preliminary", **members}


def resource(name, sent, *, received=None, reference="", deleted=False, found=False):
    reference = reference or f"{sent['resourceType']}/{sent['id']}"
    return Resource(
        name=name, reference=reference, sent=sent, received=received, deleted=deleted, found=found
    )


def known(*resources):
    names = {}
    for one in resources:
        names.setdefault(one.name, []).append(one)
    return {
        "names": {name: tuple(listed) for name, listed in names.items()},
        "own": {one.reference: one for one in resources},
    }


def entry(body, mode="match", base=BASE):
    made = {"resource": body}
    if "id" in body:
        made["fullUrl"] = f"{base}/{body['resourceType']}/{body['id']}"
    if mode:
        made["search"] = {"mode": mode}
    return made


def searchset(*entries, said="", **members):
    links = [{"relation": "self", "url": f"{BASE}/Observation?{said}"}]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": list(entries), **members}


def search(body, query, *resources, type_="Observation", claims=None, pages=None, status=200):
    return Scene(
        verb="search",
        type=type_,
        base=BASE,
        exchanges=tuple(exchange(status) for _ in pages or (body,)),
        pages=tuple(pages or (body,)),
        body=body,
        query=tuple(query),
        claims=claims or Capability(),
        **known(*resources),
    )


def claiming(type_="Observation", *parameters, include=(), revinclude=()):
    entry_ = {
        "type": type_,
        "searchParam": [{"name": name} for name in parameters],
        "searchInclude": list(include),
        "searchRevInclude": list(revinclude),
    }
    return Capability(
        {"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource": [entry_]}]}
    )
