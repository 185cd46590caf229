"""Answers as a judge sees them, in short."""

from conformance.capability import Capability
from conformance.jsontext import dumps
from conformance.judge.stage import Sent
from conformance.model import Attempt, Exchange, Request

BASE = "https://fhir.example/r4"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "invalid"}]}
FHIR = "application/fhir+json"


def sent(
    status,
    body=None,
    *,
    method="GET",
    path="Observation/1",
    media=FHIR,
    purpose="step",
    verb="",
    text=None,
    **headers,
):
    """Return one recorded exchange."""
    content = text if text is not None else (None if body is None else dumps(body))
    told = {"content-type": media} if media and content else {}
    answer = Attempt(status=status, body=content, headers={**told, **headers})
    exchange = Exchange(request=Request(method=method, url=f"{BASE}/{path}"), attempts=(answer,), seq=7)
    return Sent(exchange, purpose, verb=verb)


def claims(*interactions, type_="Observation", **more):
    """Return what a server claims for one type."""
    resource = {"type": type_, "interaction": [{"code": code} for code in interactions], **more}
    return Capability(
        {"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource": [resource]}]}
    )
