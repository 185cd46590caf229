"""Hostile servers whose words would do something where they are shown, or lead somewhere else."""

from miniature import http
from tiny import Tiny, complaint, statement

NASTY = (
    "\x1b[2J\x1b]0;pwned\x07\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\"
    "<script>alert(1)</script><img src=x onerror=alert(1)>]]>\u202egnp\u2066\u200b\ufeff\ufffe"
    "\r\nHTTP/1.1 200 OK\n# heading\n| a | b |\n[link](javascript:alert(1)) `x` *y* ../../etc/passwd"
    "\n- yaml: !!python/object:os.system\n::set-output name=a::b\n@everyone"
)
HEADER = "x\x1b[31m<script>\x85".encode().decode("latin-1")


class SaysItAll(Tiny):
    """Says the same nasty text in every field that a server can fill."""

    def metadata(self, asked):
        del asked
        about = {"software": {"name": NASTY, "version": NASTY}, "implementation": {"description": NASTY}}
        return http(200, statement(**about, publisher=NASTY, title=NASTY), Server=HEADER, Date=HEADER)

    def create(self, asked, type_):
        if type_ != "Patient":
            return http(422, complaint(NASTY, NASTY), X_Request_Id=HEADER, ETag=HEADER)
        return super().create(asked, type_)

    def store(self, body):
        whole = super().store(body)
        name = [{"text": NASTY, "family": NASTY, NASTY: NASTY}]
        return {**whole, "name": name, "gender": NASTY, "birthDate": NASTY, NASTY: NASTY}

    def searchset(self, asked, found, **links):
        whole = super().searchset(asked, found, **links)
        for entry in whole["entry"]:
            entry["fullUrl"] += NASTY
            entry["search"]["mode"] = NASTY
        return {**whole, "link": [*whole["link"], {"relation": NASTY, "url": NASTY}]}


class LeadsAway(Tiny):
    """Names another server wherever an address may stand."""

    def __init__(self, elsewhere="http://elsewhere.example/fhir"):
        super().__init__()
        self.elsewhere = elsewhere

    def metadata(self, asked):
        del asked
        implementation = {"description": "x", "url": self.elsewhere}
        security = {"extension": [{"url": "urn:x", "valueUri": f"{self.elsewhere}/token"}]}
        whole = statement(implementation=implementation, url=f"{self.elsewhere}/metadata")
        whole["rest"][0]["security"] = security
        return http(200, whole, Link=f'<{self.elsewhere}/next>; rel="next"', Content_Location=self.elsewhere)

    def created(self, asked, stored):
        del asked
        place = f"{self.elsewhere}/{stored['resourceType']}/{stored['id']}/_history/1"
        return http(201, stored, Location=place, Content_Location=place, Refresh=f"0; url={place}")

    def store(self, body):
        whole = super().store(body)
        away = {"url": f"{self.elsewhere}/Binary/1", "contentType": "image/jpeg"}
        if whole["resourceType"] == "DocumentReference":
            whole["content"] = [{"attachment": away}]
        whole["subject"] = {"reference": f"{self.elsewhere}/Patient/1"}
        whole["derivedFrom"] = [{"reference": f"{self.elsewhere}/DocumentReference/1"}]
        return {**whole, "photo": [away], "implicitRules": f"{self.elsewhere}/rules"}

    def searchset(self, asked, found, **links):
        whole = super().searchset(asked, found, next=f"{self.elsewhere}/Patient?page=2", **links)
        for entry in whole["entry"]:
            reference = f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
            entry["fullUrl"] = f"{self.elsewhere}/{reference}"
        return whole

    def delete(self, asked, type_, id_):
        super().delete(asked, type_, id_)
        return http(307, b"", Location=f"{self.elsewhere}/{type_}/{id_}")


class RedirectsReads(LeadsAway):
    """Sends every reader to another server."""

    def read(self, asked, type_, id_):
        del asked
        return http(302, b"", Location=f"{self.elsewhere}/{type_}/{id_}")

    def search(self, asked, type_):
        del asked
        return http(308, b"", Location=f"{self.elsewhere}/{type_}")
