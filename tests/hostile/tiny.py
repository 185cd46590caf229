"""A FHIR server of a few lines that keeps what it is given; hostile servers spoil one thing of it each."""

import json
import threading
from itertools import count
from urllib.parse import parse_qsl, unquote, urlsplit

from miniature import http

TYPES = ("Patient", "Observation", "Media", "DocumentReference", "ImagingStudy", "Practitioner", "Device")
INTERACTIONS = ("create", "read", "update", "delete", "search-type")
STRANGER = {
    "resourceType": "Observation",
    "id": "stranger-1",
    "status": "final",
    "code": {"text": "somebody else's"},
    "meta": {"tag": [{"system": "urn:another", "code": "theirs"}]},
}


def statement(version="4.0.1", **more):
    """Return a CapabilityStatement that claims ordinary things."""
    resources = [
        {
            "type": type_,
            "interaction": [{"code": code} for code in INTERACTIONS],
            "searchParam": [
                {"name": name, "type": "token"} for name in ("_id", "_tag", "status", "category", "code")
            ],
        }
        for type_ in TYPES
    ]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "kind": "instance",
        "date": "2026-01-01",
        "fhirVersion": version,
        "format": ["json"],
        "rest": [{"mode": "server", "resource": resources}],
        **more,
    }


def complaint(text, code="processing"):
    """Return an OperationOutcome."""
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


class Tiny:
    """Answers one request at a time; every method is there to be overridden."""

    def __init__(self):
        self.kept = {"Observation/stranger-1": STRANGER}
        self.numbers = count(1)
        self.lock = threading.Lock()

    def __call__(self, asked):
        with self.lock:
            answer = self.answer(asked)
        yield from [answer] if isinstance(answer, bytes) else answer

    def answer(self, asked):
        parts = [unquote(p) for p in urlsplit(asked.path).path.removeprefix("/fhir").split("/") if p]
        if parts == ["metadata"]:
            return self.metadata(asked)
        deeds = {
            ("GET", 1): self.search,
            ("POST", 1): self.create,
            ("GET", 2): self.read,
            ("PUT", 2): self.update,
            ("DELETE", 2): self.delete,
        }
        deed = deeds.get((asked.method, len(parts)))
        return deed(asked, *parts) if deed else http(404, complaint("no such thing", "not-found"))

    def metadata(self, asked):
        del asked
        return http(200, statement())

    def new_id(self):
        return f"t{next(self.numbers)}"

    def create(self, asked, type_):
        id_ = self.new_id()
        stored = self.store({**asked.json, "id": id_})
        self.kept[f"{type_}/{id_}"] = stored
        return self.created(asked, stored)

    def store(self, body):
        return {**body, "meta": {**body.get("meta", {}), "versionId": "1"}}

    def created(self, asked, stored):
        place = f"http://{asked.headers['host']}/fhir/{stored['resourceType']}/{stored['id']}/_history/1"
        return http(201, stored, Location=place)

    def read(self, asked, type_, id_):
        del asked
        body = self.kept.get(f"{type_}/{id_}")
        return http(200, body) if body else http(404, complaint("not known", "not-found"))

    def update(self, asked, type_, id_):
        new = f"{type_}/{id_}" not in self.kept
        self.kept[f"{type_}/{id_}"] = self.store(asked.json)
        return http(201 if new else 200, self.kept[f"{type_}/{id_}"])

    def delete(self, asked, type_, id_):
        del asked
        self.kept.pop(f"{type_}/{id_}", None)
        return http(204)

    def search(self, asked, type_):
        query = dict(parse_qsl(urlsplit(asked.path).query))
        found = [body for body in self.kept.values() if body["resourceType"] == type_]
        return self.bundle(asked, [body for body in found if self.matches(body, query)])

    def matches(self, body, query):
        wanted = query.get("_tag", "").rpartition("|")[2]
        tags = {tag.get("code") for tag in body.get("meta", {}).get("tag", [])}
        return (not wanted or wanted in tags) and query.get("_id", body["id"]) == body["id"]

    def bundle(self, asked, found, **links):
        return http(200, self.searchset(asked, found, **links))

    def searchset(self, asked, found, **links):
        base = f"http://{asked.headers['host']}"
        entries = [
            {
                "fullUrl": f"{base}/fhir/{body['resourceType']}/{body['id']}",
                "resource": body,
                "search": {"mode": "match"},
            }
            for body in found
        ]
        said = {"self": base + asked.path, **links}
        return {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "link": [{"relation": relation, "url": url} for relation, url in said.items()],
            "entry": entries,
        }

    def text(self, value):
        return json.dumps(value)
