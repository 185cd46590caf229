"""Secrets that a server says back, however it spells them, are in nothing that a run writes or shows."""

import base64
import html
import json
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from miniature import Miniature, http
from playing import ALL, ROOT, play
from test_hostile_servers import PATHS
from tiny import Tiny, complaint, statement

from conformance.commands.target import base as address
from conformance.problem import Problem
from conformance.talk.client import Access
from conformance.talk.credentials import basic
from conformance.talk.redact import Vault

PASSWORD = "c4nary/Pass+word<7>&'q\"==tail9"  # noqa: S105 - invented
HEADER = "c4nary-Header-0123456789abcdefXYZ"
TOKEN = "c4nary.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.s1gnature_s1gnature-s1gnature"  # noqa: S105 - invented


def spellings(secret):
    """Return a secret as it may come back: each must be told from nothing else, and be nowhere."""
    inside = base64.b64encode(f"somebody:{secret}".encode()).decode()
    return {
        "plain": secret,
        "upper": secret.upper(),
        "json": json.dumps(secret)[1:-1],
        "slashes": secret.replace("/", "\\/"),
        "escaped": "".join(f"\\u{ord(c):04x}" for c in secret),
        "percent": quote(secret, safe=""),
        "all percent": "".join(f"%{ord(c):02X}" for c in secret),
        "twice percent": quote(quote(secret, safe=""), safe=""),
        "html": html.escape(secret),
        "html numbers": "".join(f"&#{ord(c)};" for c in secret),
        "html hex": "".join(f"&#x{ord(c):X};" for c in secret),
        "base64": base64.b64encode(secret.encode()).decode(),
        "base64 of a pair": inside,
        "base64 for URLs": base64.urlsafe_b64encode(secret.encode()).decode(),
        "first half": secret[: len(secret) // 2 + 3],
        "second half": secret[len(secret) // 2 - 3 :],
    }


def core(how, spelt):
    """Return what of a spelling tells the secret: base64 mixes it with what stands before and after."""
    return spelt[20:-8] if "base64" in how else spelt


class Echo(Tiny):
    """Says the secrets that it was sent wherever a server can say something."""

    def __init__(self, *secrets):
        super().__init__()
        self.secrets = secrets

    def told(self):
        return [spelt for secret in self.secrets for spelt in spellings(secret).values()]

    def everywhere(self):
        url = "&".join(quote(spelt) for spelt in self.told())
        issues = [{"severity": "error", "code": "processing", "diagnostics": spelt} for spelt in self.told()]
        raw = {f"x{n}": {"reference": spelt, "display": spelt} for n, spelt in enumerate(self.told())}
        return {"resourceType": "OperationOutcome", "issue": issues, "details": raw, "url": f"urn:x?{url}"}

    def headers(self):
        first = quote(self.secrets[0], safe="")
        return {
            "Location": f"http://me:{first}@elsewhere.example/fhir/Patient/1?token={first}",
            "ETag": f'W/"{self.secrets[-1]}"',
            "Server": self.secrets[-1],
            "X_Echo": self.secrets[-1],
            "Content_Location": f"/fhir?x={first}",
        }

    def metadata(self, asked):
        del asked
        said = ", ".join(self.told())
        implementation = {"description": said, "url": f"http://elsewhere.example/?t={quote(self.secrets[0])}"}
        about = {"software": {"name": said, "version": said}, "implementation": implementation}
        return http(200, statement(**about), **self.headers())

    def create(self, asked, type_):
        if type_ == "Patient":
            return super().create(asked, type_)
        return http(422, self.everywhere(), **self.headers())

    def store(self, body):
        spelt = {f"x{n}": text for n, text in enumerate(self.told())}
        return {**super().store(body), "photo": [{"url": f"http://x/?{quote(self.secrets[0])}"}], **spelt}

    def searchset(self, asked, found, **links):
        del links
        onward = f"http://{asked.headers['host']}/fhir/Patient?page=2&token={quote(self.secrets[0], safe='')}"
        return super().searchset(asked, found, next=onward)

    def delete(self, asked, type_, id_):
        del asked, type_, id_
        return http(302, self.everywhere(), **self.headers())


def written(folder):
    return {
        path: path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()
    }


def leaks(folder, out, secrets):
    """Return where a secret stands, and how it is spelt."""
    texts = {**written(folder), "standard output": out}
    return [
        (str(where), how, spelt)
        for where, text in texts.items()
        for secret in secrets
        for how, spelt in spellings(secret).items()
        if core(how, spelt).lower() in text.lower()
    ]


def credentials():
    vault = Vault()
    vault.keep(HEADER)
    pair = basic("somebody", PASSWORD, "dermconf.yaml", vault)
    return Access(credentials=pair, headers={"X-Api-Key": HEADER}, vault=vault)


@pytest.mark.parametrize(
    ("access", "secrets"),
    [(credentials, (PASSWORD, HEADER)), (lambda: Access.by_token(TOKEN, "TOKEN"), (TOKEN,))],
    ids=["a password and a header", "a token"],
)
def test_what_a_server_says_of_our_secrets_is_in_no_file_and_not_on_the_screen(access, secrets, tmp_path):
    with Miniature(Echo(*secrets)) as miniature:
        result = play(miniature.base, tmp_path, *PATHS, access=access(), formats=ALL)
    sent = str(miniature.asked)
    assert all(base64.b64encode(f"somebody:{s}".encode()).decode() in sent or s in sent for s in secrets)
    assert len(written(tmp_path)) > len(ALL)
    assert leaks(tmp_path, result.out, secrets) == []
    assert result.kinds <= {"network", "server"}


def test_a_next_link_that_holds_a_secret_is_not_followed_and_fails_nobody(tmp_path):
    with Miniature(Echo(TOKEN)) as miniature:
        result = play(miniature.base, tmp_path, *PATHS, token=TOKEN)
    assert not [asked.path for asked in miniature.asked if "page=2" in asked.path]
    assert not [
        f for f in result.findings if f["requirement"].startswith("R4-PAGE") and f["result"] == "failed"
    ]


def dermconf(*arguments, **environment):
    ended = subprocess.run(
        [sys.executable, "-m", "conformance", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("command", ["run", "cleanup"])
def test_the_environment_is_shown_nowhere(command, tmp_path):
    with Miniature(Echo(TOKEN)) as miniature:
        arguments = ["run", str(PATHS[0]), "--target", miniature.base, "--token-env", "CANARY"]
        more = ["--report-dir", str(tmp_path), "--formats", ",".join(ALL), "--leave-data"]
        _, out = dermconf(*arguments, *more, CANARY=TOKEN, UNUSED="c4nary-Unused-0123456789")
        if command == "cleanup":
            _, out = dermconf("cleanup", str(tmp_path / "run.jsonl"), "--token-env", "CANARY", CANARY=TOKEN)
    assert leaks(tmp_path, out, [TOKEN, "c4nary-Unused-0123456789"]) == []
    assert (tmp_path / "run.jsonl").exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://me:c4nary@host/fhir",
        "http://me:c4nary@host:99999/fhir",
        "ftp://me:c4nary@host/fhir",
        "ftp://host/fhir?token=c4nary",
        "http://host/fhir?token=c4nary",
        "me:c4nary@",
        "http://me:c4nary@[::1/fhir",
        "http://host/fhir#c4nary",
    ],
)
def test_an_address_that_holds_a_secret_is_refused_without_it(url):
    with pytest.raises(Problem) as refused:
        address(url)
    assert "c4nary" not in f"{refused.value} {refused.value.hint}"


def test_refusals_of_secrets_are_still_told(tmp_path):
    class Refuses(Tiny):
        def create(self, asked, type_):
            del asked, type_
            return http(422, complaint(f"who is {TOKEN}?"))

    with Miniature(Refuses()) as miniature:
        result = play(miniature.base, tmp_path, *PATHS, token=TOKEN)
    assert "who is ***?" in result.out
