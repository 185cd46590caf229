"""Where the pixels of a study are: the endpoint that a series or its study names (R4 imagingstudy.html)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.model import Json

_WADO_RS = "dicom-wado-rs"
_OID = "urn:oid:"
# The levels of UIDs as PS3.18, section 10.1.1, names them in a path.
_LEVELS = ("studies", "series", "instances")
# R4 valueset-endpoint-status.html: one that was never there, and one that is there no more.
_UNUSABLE = frozenset({"off", "entered-in-error"})
# Of a reference, what names one version of what it leads to (R4 references.html#references).
_VERSION = "/_history/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An endpoint: the resource where the answer holds it, else the reference that leads to it."""

    how: str
    reference: str = ""
    resource: Json = None

    @property
    def address(self) -> str:
        """Return the address, where it is an endpoint of WADO-RS that has one."""
        return _address(self.resource)

    @property
    def active(self) -> bool:
        """Tell whether it is said to be in use."""
        return isinstance(self.resource, dict) and self.resource.get("status") == "active"


def bare(uid: str) -> str:
    """Return a UID as DICOM writes it (R4 imagingstudy.html#notes: FHIR may write it as a URN)."""
    return uid.strip().removeprefix(_OID)


def study(body: Json, uid: str) -> Json:
    """Return the ImagingStudy with a UID in an answer, which is a resource or a Bundle; None without."""
    return next((each for each in _resources(body, "ImagingStudy") if uid in _uids(each)), None)


def endpoints(body: Json, of: Json, series: str = "") -> Iterator[Found]:
    """Yield the endpoints of a study in the order of their nearness: those of the series first."""
    for each in _list(of, "series"):
        if series and bare(str(each.get("uid"))) == series:
            yield from _led_to(body, of, each, "series")
    yield from _led_to(body, of, of, "study")


def url(address: str, uids: list[str]) -> str:
    """Return the URL of what UIDs name below an endpoint's address, which may name the study already.

    Both ways of writing an address are in use; what stands in its query stays there.
    """
    there = urlsplit(address).path.split("/")
    named = zip(_LEVELS, uids, strict=False)
    return appended(address, *(part for level, uid in named if uid not in there for part in (level, uid)))


def above_studies(address: str) -> str:
    """Return an address without the study that it may name, and with what stands in its query."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=parts.path.partition(f"/{_LEVELS[0]}/")[0]))


def appended(address: str, *more: str) -> str:
    """Return a URL with more at the end of its path."""
    parts = urlsplit(address)
    path = "/".join([parts.path.rstrip("/"), *(quote(part, safe=",") for part in more)])
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _led_to(body: Json, of: Json, part: Json, how: str) -> Iterator[Found]:
    for entry in _list(part, "endpoint"):
        reference = entry.get("reference")
        if not isinstance(reference, str) or not reference:
            continue
        if reference.startswith("#"):
            held = [each for each in _list(of, "contained") if f"#{each.get('id')}" == reference]
            yield from (Found(how=f"{how}, contained", resource=each) for each in held)
            continue
        beside = _beside(body, reference)
        if beside is not None:
            yield Found(how=f"{how}, in the same answer", resource=beside)
        elif not reference.startswith("urn:"):
            yield Found(how=f"{how}, read", reference=reference)


def _beside(body: Json, reference: str) -> Json:
    """Return the resource of a Bundle that a reference leads to (R4 bundle.html#references)."""
    unversioned = reference.partition(_VERSION)[0]
    for entry in _list(body, "entry"):
        full, resource = entry.get("fullUrl"), entry.get("resource")
        if not isinstance(resource, dict):
            continue
        own = f"{resource.get('resourceType')}/{resource.get('id')}"
        if unversioned in {full, own} or (isinstance(full, str) and full.endswith(f"/{unversioned}")):
            return resource
    return None


def _address(endpoint: Json) -> str:
    if not isinstance(endpoint, dict) or endpoint.get("resourceType") != "Endpoint":
        return ""
    address = endpoint.get("address")
    usable = _WADO_RS in _codes(endpoint.get("connectionType")) and endpoint.get("status") not in _UNUSABLE
    return address if usable and isinstance(address, str) else ""


def _codes(kind: Json) -> set[Json]:
    """Return the codes of a connection type: in R4 a Coding, in R5 several CodeableConcepts."""
    concepts = kind if isinstance(kind, list) else [kind]
    codings = [coding for each in concepts for coding in (each, *_list(each, "coding"))]
    return {each["code"] for each in codings if isinstance(each, dict) and isinstance(each.get("code"), str)}


def _resources(body: Json, type_: str) -> Iterator[Json]:
    offered = [body, *(entry.get("resource") for entry in _list(body, "entry"))]
    yield from (each for each in offered if isinstance(each, dict) and each.get("resourceType") == type_)


def _uids(resource: Json) -> set[str]:
    values = (identifier.get("value") for identifier in _list(resource, "identifier"))
    return {bare(value) for value in values if isinstance(value, str)}


def _list(holder: Json, name: str) -> Iterable[Json]:
    listed = holder.get(name) if isinstance(holder, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
