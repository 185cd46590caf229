"""FHIRcast messages in files: their contexts, the Bundle of an update, and the resources that they carry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.profiles import Issue, Severity
from conformance.references import identity
from conformance.validating.judging import Judged
from conformance.validating.sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.model import Json
    from conformance.validating.judging import Court

_PAGES = "https://build.fhir.org/ig/HL7/fhircast-docs/"
_TYPES = MappingProxyType(
    {
        "report": "DiagnosticReport",
        "study": "ImagingStudy",
        "patient": "Patient",
        "encounter": "Encounter",
        "updates": "Bundle",
    }
)
_METHODS = frozenset({"PUT", "DELETE"})
_ANY = 1_000
# What may be amiss with a resource because a part of it was left out.
_OF_ABSENCE = frozenset({"required", "invariant"})


@dataclass(frozen=True, slots=True)
class _Event:
    """The page of an event, how often each context may stand in it, and whether it names its patient."""

    page: str
    contexts: Mapping[str, tuple[int, int]]
    opens: bool = False


# FHIRcast 3.0.0. Contexts that are not listed are extensions, which a message may have.
_EVENTS: Mapping[str, _Event] = MappingProxyType(
    {
        "DiagnosticReport-open": _Event(
            "3-6-1-DiagnosticReport-open.html",
            {"report": (1, 1), "patient": (1, 1), "study": (0, _ANY), "encounter": (0, 1)},
            opens=True,
        ),
        "DiagnosticReport-update": _Event(
            "3-6-3-DiagnosticReport-update.html", {"report": (1, 1), "patient": (0, 1), "updates": (1, 1)}
        ),
        "DiagnosticReport-select": _Event(
            "3-6-4-DiagnosticReport-select.html", {"report": (1, 1), "select": (1, _ANY)}
        ),
        "ImagingStudy-open": _Event(
            "3-5-1-ImagingStudy-open.html",
            {"study": (1, 1), "patient": (0, 1), "encounter": (0, 1)},
            opens=True,
        ),
    }
)
# Event names are compared whatever their case (FHIRcast, 2-3-Events).
_NAMES = MappingProxyType({name.lower(): name for name in _EVENTS})


def judge(sources: Sequence[Source], court: Court) -> Iterator[Judged]:
    """Yield each message of a file with what is found in it, and after it each resource that it carries."""
    found = (judged for source in sources for judged in _of_source(source, court))
    yield from (replace(judged, index=index) for index, judged in enumerate(found))


def _of_source(source: Source, court: Court) -> Iterator[Judged]:
    if source.problem is not None:
        yield from court.judge([source])
        return
    event = _member(source.value, "event")
    stated = _member(event, "hub.event")
    name = _NAMES.get(stated.lower(), stated) if isinstance(stated, str) else ""
    contexts = [one for one in _listed(event, "context") if isinstance(one, dict)]
    issues = tuple(_issues(name, contexts, stated))
    yield Judged(source=source, index=0, name=name or "message", profiles=(), issues=issues)
    for context in contexts:
        if isinstance(context.get("resource"), dict):
            inside = Source(file=source.file, line=source.line, value=context["resource"])
            whole = context.get("key") == "updates"
            yield from (one if whole else _limited(one) for one in court.judge([inside]))


def _limited(judged: Judged) -> Judged:
    """Return what is judged of a context, whose resource may lack what the event does not need.

    FHIRcast, 2-3-Events: a resource limited by _elements has to be accepted.
    """
    issues = tuple(
        replace(issue, severity=Severity.WARNING) if issue.code in _OF_ABSENCE else issue
        for issue in judged.issues
    )
    return replace(judged, issues=issues)


def _issues(name: str, contexts: Sequence[Json], stated: Json) -> Iterator[Issue]:
    if not name:
        yield _issue("FCAST-01", "event", "the message names no event", "a text in event.hub.event", stated)
        return
    if name not in _EVENTS:
        known = ", ".join(_EVENTS)
        text = "the contexts of this event are not judged"
        yield replace(_issue("FCAST-01", "event", text, f"one of {known}", name), severity=Severity.WARNING)
        return
    event = _EVENTS[name]
    yield from (replace(one, source=_PAGES + event.page) for one in _of_event(event, contexts))


def _of_event(event: _Event, contexts: Sequence[Json]) -> Iterator[Issue]:
    yield from _counted(event, contexts)
    yield from _typed(contexts)
    if event.opens:
        yield from _same_patient(contexts)
    for number, context in enumerate(contexts):
        if context.get("key") == "updates":
            yield from _update(_member(context, "resource"), f"event.context[{number}].resource", contexts)


def _counted(event: _Event, contexts: Sequence[Json]) -> Iterator[Issue]:
    for key, (least, most) in event.contexts.items():
        count = sum(context.get("key") == key for context in contexts)
        if not least <= count <= most:
            wanted = f"{least}..{'*' if most == _ANY else most}"
            yield _issue("FCAST-01", "event.context", f"the context '{key}' stands {wanted}", wanted, count)


def _typed(contexts: Sequence[Json]) -> Iterator[Issue]:
    for number, context in enumerate(contexts):
        wanted, resource = _TYPES.get(str(context.get("key"))), context.get("resource")
        if wanted and "resource" in context and _member(resource, "resourceType") != wanted:
            text = f"the context '{context['key']}' is of type {wanted}"
            told = _member(resource, "resourceType")
            yield _issue("FCAST-01", f"event.context[{number}].resource", text, wanted, told)


def _same_patient(contexts: Sequence[Json]) -> Iterator[Issue]:
    """Yield what is of another patient than the context's, or of one who is missing."""
    patients = [f"Patient/{one['id']}" for one in _resources(contexts, "patient") if "id" in one]
    for key in ("report", "study"):
        for resource in _resources(contexts, key):
            subject = _member(_member(resource, "subject"), "reference")
            if isinstance(subject, str) and subject.startswith("Patient/") and _bare(subject) not in patients:
                text = f"the patient of the {key} is the context's"
                yield _issue(
                    "FCAST-01", "event.context", text, " or ".join(patients) or "a context 'patient'", subject
                )


def _update(bundle: Json, at: str, contexts: Sequence[Json]) -> Iterator[Issue]:
    if _member(bundle, "type") != "transaction":
        yield _issue(
            "FCAST-03", f"{at}.type", "an update is a transaction", "transaction", _member(bundle, "type")
        )
    entries = [one for one in _listed(bundle, "entry") if isinstance(one, dict)]
    shared = {_named(context.get("resource")) for context in contexts}
    shared |= {name for entry in entries for name in (_named(entry.get("resource")), _full_url(entry))}
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        place = f"{at}.entry[{number}]"
        yield from _entry(entry, place)
        name = _named(entry.get("resource")) or _full_url(entry)
        if name and name in seen:
            yield _issue("FCAST-03", place, "no resource stands twice in an update", "once", name)
        seen.add(name)
        named = _references(entry.get("resource"))
        yield from (_unshared(place, one) for one in named if not {one, _bare(one)} & shared)


def _entry(entry: Json, at: str) -> Iterator[Issue]:
    method = _member(_member(entry, "request"), "method")
    if method not in _METHODS:
        yield _issue("FCAST-03", f"{at}.request.method", "an update puts or deletes", "PUT or DELETE", method)
    if method == "PUT" and not isinstance(entry.get("resource"), dict):
        yield _issue("FCAST-03", at, "what is put has its resource", "a resource", entry.get("resource"))
    if method == "DELETE" and ("resource" in entry or not entry.get("fullUrl")):
        there = " and ".join(key for key in ("fullUrl", "resource") if entry.get(key))
        yield _issue(
            "FCAST-03", at, "what is deleted is named by fullUrl alone", "fullUrl, and no resource", there
        )


def _unshared(at: str, reference: str) -> Issue:
    text = "the reference leads to nothing in this message, and has to have been shared before"
    wanted = "a resource of this message, or one that was shared"
    return replace(_issue("FCAST-08", at, text, wanted, reference), severity=Severity.WARNING)


def _references(part: Json) -> Iterator[str]:
    """Yield the references to resources that a session may share: relative ones and URNs."""
    if isinstance(part, list):
        for one in part:
            yield from _references(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key != "reference":
                yield from _references(value)
            elif isinstance(value, str) and not value.startswith(("http://", "https://", "#")):
                yield value


def _bare(reference: str) -> str:
    """Return what a reference names, whatever the version (R4 references.html#literal)."""
    return identity(reference, "").reference


def _resources(contexts: Iterable[Json], key: str) -> Iterator[Json]:
    found = (context.get("resource") for context in contexts if context.get("key") == key)
    return (one for one in found if isinstance(one, dict))


def _named(resource: Json) -> str:
    type_, id_ = _member(resource, "resourceType"), _member(resource, "id")
    return f"{type_}/{id_}" if isinstance(type_, str) and isinstance(id_, str) else ""


def _full_url(entry: Json) -> str:
    return str(entry.get("fullUrl", ""))


def _member(part: Json, name: str) -> Json:
    return part.get(name) if isinstance(part, dict) else None


def _listed(part: Json, name: str) -> list[Json]:
    found = _member(part, name)
    return found if isinstance(found, list) else []


def _issue(requirement: str, at: str, message: str, expected: Json, actual: Json) -> Issue:
    return Issue(
        severity=Severity.ERROR,
        code="structure",
        at=at,
        message=f"In FHIRcast, {message}.",
        expected=expected,
        actual="nothing" if actual is None or not str(actual) else actual,
        requirement=requirement,
        evidence="inferred" if requirement == "FCAST-08" else "explicit",
    )
