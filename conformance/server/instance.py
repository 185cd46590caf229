"""The interactions with one resource: read, vread, create, update, patch, delete (R4 http.html)."""

from __future__ import annotations

import dataclasses
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server import conditions
from conformance.server.answers import location, shown, version_headers, written
from conformance.server.bodies import patch_of, resource_of
from conformance.server.messages import Refusal, Reply, information
from conformance.server.patching import patched
from conformance.server.search.subset import subset
from conformance.server.shape import check

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Request
    from conformance.server.site import Site
    from conformance.server.store import Version

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def read(site: Site, request: Request, type_: str, id_: str) -> Reply:
    """Answer `GET [type]/[id]`."""
    version = _existing(site, type_, id_)
    reply = shown(site, version)
    if conditions.unchanged(request, version):
        return Reply(status=HTTPStatus.NOT_MODIFIED, headers=reply.headers)
    return _cut(request, reply)


def vread(site: Site, request: Request, type_: str, id_: str, version_id: str) -> Reply:
    """Answer `GET [type]/[id]/_history/[vid]`."""
    newest = site.store.latest(type_, id_)
    version = site.behaviour.choose_version(site.store.version(type_, id_, version_id), newest)
    if version is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "not-found", f"{type_}/{id_} has no version {version_id}.")
    if version.deleted:
        raise _gone(version)
    reply = shown(site, version)
    if conditions.unchanged(request, version):
        return Reply(status=HTTPStatus.NOT_MODIFIED, headers=reply.headers)
    return reply


def create(site: Site, request: Request, type_: str) -> Reply:
    """Answer `POST [type]`, with If-None-Exist as a conditional create (R4-CND-01)."""
    resource = resource_of(request, type_)
    found = existing(site, request, type_)
    if found is not None:
        return written(site, request, found, HTTPStatus.OK).with_headers(location=location(site, found))
    id_ = site.behaviour.identify(resource.get("id", ""), site.store.free_id(type_))
    return written(site, request, site.write(resource, id_, "POST"), HTTPStatus.CREATED)


def existing(site: Site, request: Request, type_: str) -> Version | None:
    """Return the resource that a conditional create finds instead of creating one."""
    criteria = request.header("if-none-exist")
    if not criteria:
        return None
    found = conditions.matches(site, type_, criteria.rpartition("?")[2])
    return conditions.single(found, "conditional create")


def update(site: Site, request: Request, type_: str, id_: str) -> Reply:
    """Answer `PUT [type]/[id]`; an id that nobody has had is accepted (updateCreate)."""
    resource = resource_of(request, type_)
    _require_id(resource, id_)
    return replace(site, request, resource, id_)


def replace(site: Site, request: Request, resource: Json, id_: str) -> Reply:
    """Store a checked resource as the new content of an id."""
    current = site.store.latest(resource["resourceType"], id_)
    conditions.require_match(request, current)
    # R4-UPD-05: 201 where the resource was created or brought back to life
    status = HTTPStatus.OK if current and not current.deleted else HTTPStatus.CREATED
    return written(site, request, site.write(resource, id_, "PUT"), status)


def conditional_update(site: Site, request: Request, type_: str) -> Reply:
    """Answer `PUT [type]?criteria` (R4-CND-03)."""
    resource = resource_of(request, type_)
    found = conditions.single(conditions.matches(site, type_, request.query), "conditional update")
    return replace(site, request, resource, target_of_update(site, resource, found))


def target_of_update(site: Site, resource: Json, found: Version | None) -> str:
    """Return the id that a conditional update writes to."""
    type_, sent = resource["resourceType"], resource.get("id", "")
    if found is not None:
        if sent and sent != found.id:
            text = f"The criteria match {found.reference}, but the body has the id {sent}."
            raise Refusal(HTTPStatus.BAD_REQUEST, "invalid", text, f"{type_}.id")
        return found.id
    if sent and site.get(type_, sent):
        text = f"{type_}/{sent} exists and does not meet the criteria."
        raise Refusal(HTTPStatus.CONFLICT, "conflict", text, f"{type_}.id")
    return sent or site.store.free_id(type_)


def patch(site: Site, request: Request, type_: str, id_: str) -> Reply:
    """Answer `PATCH [type]/[id]`: the result is processed as an update (R4-PAT-02)."""
    current = _existing(site, type_, id_)
    conditions.require_match(request, current)
    resource = site.behaviour.narrate(_patched(request, current), current.body)
    return written(site, request, site.write(resource, id_, "PUT"), HTTPStatus.OK)


def conditional_patch(site: Site, request: Request, type_: str) -> Reply:
    """Answer `PATCH [type]?criteria` (R4-PAT-05)."""
    found = conditions.single(conditions.matches(site, type_, request.query), "conditional patch")
    if found is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "not-found", f"No {type_} meets the criteria.")
    return patch(site, request, type_, found.id)


def delete(site: Site, request: Request, type_: str, id_: str) -> Reply:
    """Answer `DELETE [type]/[id]`; what is not there is deleted already (R4-DEL-01, R4-DEL-03)."""
    current = site.store.latest(type_, id_)
    conditions.require_match(request, current)
    if current is None or current.deleted:
        return _deleted(request, None)
    site.erase(current)
    return _deleted(request, site.store.latest(type_, id_))


def conditional_delete(site: Site, request: Request, type_: str) -> Reply:
    """Answer `DELETE [type]?criteria` for a single match (R4-CND-04)."""
    found = conditions.single(conditions.matches(site, type_, request.query), "conditional delete")
    return delete(site, request, type_, found.id) if found else _deleted(request, None)


def _cut(request: Request, reply: Reply) -> Reply:
    """Return the part that `_summary` or `_elements` asks for, marked as such (R4-READ-04)."""
    summary, elements = request.parameter("_summary") or "false", request.parameter("_elements")
    if summary not in {"true", "text", "data", "false"}:
        text = f"'{summary}' is not a summary of one resource."
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", text, "http._summary")
    chosen = tuple(part.strip() for part in elements.split(",") if part.strip())
    return dataclasses.replace(reply, resource=subset(reply.resource, summary=summary, elements=chosen))


def _deleted(request: Request, version: Version | None) -> Reply:
    headers = version_headers(version) if version else {}
    if request.prefers("return").lower() == "operationoutcome":
        return Reply(status=HTTPStatus.OK, headers=headers, resource=information("The resource is deleted."))
    return Reply(status=HTTPStatus.NO_CONTENT, headers=headers)


def _existing(site: Site, type_: str, id_: str) -> Version:
    version = site.store.latest(type_, id_)
    if version is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "not-found", f"There is no {type_} with the id {id_}.")
    if version.deleted:
        raise _gone(version)
    return version


def _gone(version: Version) -> Refusal:
    return Refusal(HTTPStatus.GONE, "deleted", f"{version.reference} has been deleted.")


def _require_id(resource: Json, id_: str) -> None:
    where = f"{resource['resourceType']}.id"
    if not _ID.fullmatch(id_):
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", f"'{id_}' is not an id that FHIR allows.", where)
    sent = resource.get("id")
    if sent != id_:
        # R4-UPD-01: no id, or another id than that of the URL
        text = f"The body has the id '{sent}'" if sent else "The body has no id"
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid", f"{text}, the URL has '{id_}'.", where)


def _patched(request: Request, current: Version) -> Json:
    resource = patched(current.body, patch_of(request))
    identity = (current.type, current.id)
    if not isinstance(resource, dict) or (resource.get("resourceType"), resource.get("id")) != identity:
        text = "A patch may not change the type or the id of a resource."
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "business-rule", text)
    check(resource)
    return resource
