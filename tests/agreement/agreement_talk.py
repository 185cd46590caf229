"""The reference server behind real HTTP, and what it finds."""

from __future__ import annotations

from urllib.parse import urlencode

from conformance.jsontext import dumps, loads

FHIR_JSON = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
_MOST = 100  # searches in one batch


class Server:
    """Creates, reads, searches and deletes at one base URL."""

    def __init__(self, base, session):
        self.base = base
        self._session = session

    def _asked(self, method, path, body=None):
        data = dumps(body).encode() if body is not None else None
        url = f"{self.base}/{path}" if path else self.base
        answer = self._session.request(method, url, data=data, headers=FHIR_JSON, timeout=30)
        answer.encoding = "utf-8"
        return answer

    def create(self, resource):
        """Return the id of what was created."""
        answer = self._asked("POST", resource["resourceType"], resource)
        assert answer.status_code == 201, answer.text
        return loads(answer.text)["id"]

    def read(self, type_, id_):
        """Return the text of a resource."""
        answer = self._asked("GET", f"{type_}/{id_}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def delete(self, type_, id_):
        assert self._asked("DELETE", f"{type_}/{id_}").status_code in {200, 204}

    def metadata(self):
        return loads(self._asked("GET", "metadata").text)

    def get(self, type_, pairs):
        """Return the ids that one search finds, or its refusal."""
        return found(loads(self._asked("GET", f"{type_}?{urlencode(pairs)}").text))

    def post(self, type_, pairs):
        """Return the same, asked by POST."""
        answer = self._session.post(f"{self.base}/{type_}/_search", data=list(pairs), timeout=30)
        answer.encoding = "utf-8"
        return found(loads(answer.text))

    def searches(self, type_, queries):
        """Return for each of many searches, sent in batches, the ids that it finds, or its refusal."""
        for start in range(0, len(queries), _MOST):
            requests = [
                {"request": {"method": "GET", "url": f"{type_}?{urlencode(pairs)}"}}
                for pairs in queries[start : start + _MOST]
            ]
            sent = {"resourceType": "Bundle", "type": "batch", "entry": requests}
            answer = self._asked("POST", "", sent)
            assert answer.status_code == 200, answer.text
            for entry in loads(answer.text)["entry"]:
                yield found(entry.get("resource") or entry["response"]["outcome"])


def found(bundle):
    """Return the ids of the matches of a searchset, or the text of a refusal."""
    if bundle["resourceType"] == "OperationOutcome":
        return str(bundle["issue"][0])
    matches = [entry for entry in bundle.get("entry", []) if entry["search"]["mode"] == "match"]
    return {entry["resource"]["id"] for entry in matches}
