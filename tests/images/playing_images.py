"""Plays scenarios of images against a miniature, and looks into everything that a run leaves."""

from playing import play, written

from conformance.talk.client import Access
from conformance.talk.credentials import bearer
from conformance.talk.redact import Vault


def access():
    """Return access with two sets of credentials besides the usual ones."""
    vault = Vault()
    others = {name: bearer(f"token-of-{name[-1]}", name, vault) for name in ("patient-a", "patient-b")}
    return Access(vault=vault, others=others, credentials=bearer("the-usual-token-1", "USUAL", vault))


def played(server, folder, *texts, **more):
    """Play scenarios against a miniature that has an imaging base and WADO-RS."""
    paths = [written(folder, text, f"case{number}") for number, text in enumerate(texts)]
    settings = {
        "imaging": f"{server.host}/imaging",
        "wado": (f"{server.host}/wado",),
        "credentials": ("patient-a", "patient-b"),
        "gates": ("r4",),
        **more,
    }
    done = play(server.base, folder / "reports", *paths, access=access(), **settings)
    assert done.rejudged == []
    assert holding(folder, "token-of-") == []
    return done


def holding(folder, text):
    """Return the files of a run's reports in which a text stands."""
    files = [file for file in (folder / "reports").rglob("*") if file.is_file()]
    return [file.name for file in files if text.encode() in file.read_bytes()]


def results(done):
    """Return what came of the checks that the author wrote."""
    return [finding["result"] for finding in done.findings if isinstance(finding["check"], int)]


def retrieved(done):
    """Return the exchange events of the retrieval."""
    return [event for event in done.events("exchange") if event["verb"] == "retrieve"]
