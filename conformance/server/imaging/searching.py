"""The FHIR base of the images: search and read of ImagingStudy, read of Endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.bodies import form_of
from conformance.server.conditions import refusal
from conformance.server.imaging import statement
from conformance.server.imaging.admission import admit
from conformance.server.imaging.people import SLOW_PATIENT
from conformance.server.imaging.records import SHARED, Records, study_with
from conformance.server.imaging.studies import studies
from conformance.server.media import answer_type
from conformance.server.messages import Refusal, Reply
from conformance.server.search import Refused, Searcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.model import Json
    from conformance.server.imaging.addresses import Addresses
    from conformance.server.imaging.admission import Admitted
    from conformance.server.imaging.side import Side
    from conformance.server.messages import Request

    Pairs = Sequence[tuple[str, str]]

_TYPE = "ImagingStudy"
# How a search may name the patient whose studies it wants.
_OF_PATIENT = frozenset({"patient", "subject", "patient:Patient", "subject:Patient"})
_CONTROLS = frozenset({"_format", "_pretty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    type: str
    id: str
    body: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What a search looks through: what the one who asks may see, and nothing else."""

    base: str
    held: Mapping[str, Sequence[_Held]]

    def types(self) -> list[str]:
        return list(self.held)

    def current(self, type: str) -> Sequence[_Held]:  # noqa: A002 - FHIR's own word
        return self.held.get(type, ())

    def get(self, type: str, id: str) -> _Held | None:  # noqa: A002 - FHIR's own words
        return next((one for one in self.current(type) if one.id == id), None)


def answer(side: Side, request: Request, at: Addresses) -> tuple[str, Reply]:
    """Return the door that a request knocks at, and what is answered there."""
    door = "metadata" if request.path == ("metadata",) else "read" if _reads(request) else "search"
    try:
        answer_type(request)
        return door, _answered(side, request, at)
    except Refusal as refused:
        return door, refused.reply()


def _reads(request: Request) -> bool:
    return len(request.path) == 2 and request.path[1] != "_search"  # noqa: PLR2004 - a type and an id


def _answered(side: Side, request: Request, at: Addresses) -> Reply:
    _require_method(request)
    if request.path == ("metadata",):
        return Reply(status=HTTPStatus.OK, resource=statement.metadata(side, at))
    admitted = admit(side, request, "read" if _reads(request) else "search")
    records = Records(admitted=admitted, at=at)
    if request.path in {(_TYPE,), (_TYPE, "_search")}:
        return _search(admitted, request, records)
    if _reads(request):
        return _read(admitted, records, *request.path)
    raise Refusal(HTTPStatus.NOT_FOUND, "not-supported", "There are ImagingStudy and Endpoint, and no more.")


def _require_method(request: Request) -> None:
    allowed = ("POST",) if request.path[-1:] == ("_search",) else ("GET", "HEAD")
    if request.method not in allowed:
        headers = {"allow": ", ".join(allowed)}
        text = f"{request.method} is not possible here; possible: {headers['allow']}."
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", text, headers=headers)


def _read(admitted: Admitted, records: Records, type_: str, id_: str) -> Reply:
    if (type_, id_) == ("Endpoint", SHARED):
        return Reply(status=HTTPStatus.OK, resource=records.shared())
    study = study_with(id_) if type_ == _TYPE else None
    if study is None:
        raise admitted.side.behaviour.unknown("resource")
    if not admitted.sees(study):
        raise Refusal(HTTPStatus.FORBIDDEN, "forbidden", "This token does not allow this study.")
    return Reply(status=HTTPStatus.OK, resource=records.read(study))


def _search(admitted: Admitted, request: Request, records: Records) -> Reply:
    behaviour = admitted.side.behaviour
    sent = (*request.query, *(form_of(request) if request.method == "POST" else ()))
    pairs = [_plain(*pair, records.at) for pair in behaviour.hear(sent) if pair[0] not in _CONTROLS]
    patients = list(_patients(pairs))
    if any(not behaviour.grants(admitted.access, patient) for patient in patients):
        return behaviour.turn_away()
    if SLOW_PATIENT in patients:
        require_time(admitted, *(f"{name}={value}" for name, value in pairs))
    try:
        found = Searcher(_world(admitted, records)).search(
            _TYPE, pairs, strict=request.prefers("handling") == "strict"
        )
    except Refused as refused:
        raise refusal(refused) from None
    return Reply(status=HTTPStatus.OK, resource=behaviour.enclose(_complete(found, records)))


def require_time(admitted: Admitted, *asked: str) -> None:
    """Put off the first of two requests that are the same (SIA-503-01); raises Refusal."""
    if admitted.side.late(admitted.token, *asked):
        text = "The images of this patient are being fetched; repeat the request later."
        headers = admitted.side.behaviour.put_off()
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "transient", text, headers=headers)


def _plain(name: str, value: str, at: Addresses) -> tuple[str, str]:
    """Return a parameter with patients of the clinical base as the studies name them."""
    if name not in _OF_PATIENT:
        return name, value
    bases = (f"{at.fhir}/", f"{at.imaging}/")
    listed = (one.strip() for one in value.split(","))
    cut = (next((one.removeprefix(base) for base in bases if one.startswith(base)), one) for one in listed)
    return name, ",".join(cut)


def _patients(pairs: Pairs) -> Iterator[str]:
    """Yield the ids of the patients whose studies are asked for; what is no id of ours is nobody's."""
    for name, value in pairs:
        if name in _OF_PATIENT:
            yield from (one.removeprefix("Patient/") for one in value.split(","))


def _world(admitted: Admitted, records: Records) -> _World:
    permitted = admitted.studies()
    searched = admitted.side.behaviour.searched(permitted, list(studies().values()))
    held = [_Held(type=_TYPE, id=study.id, body=records.found(study)) for study in searched]
    shared = _Held(type="Endpoint", id=SHARED, body=records.shared())
    return _World(base=records.at.imaging, held={_TYPE: held, "Endpoint": [shared] if held else []})


def _complete(bundle: dict[str, Json], records: Records) -> Json:
    """Return a page with the Endpoints that were made for its studies (SIA-SRC-13)."""
    entries = bundle.get("entry", [])
    beside = [records.beside(entry["resource"]) for entry in entries]
    added = [entry for entry in beside if entry is not None]
    return {**bundle, "entry": [*entries, *added]} if added else bundle
