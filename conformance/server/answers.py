"""The headers and bodies that the answers about one resource share."""

from __future__ import annotations

from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.messages import Reply, Request, information

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.server.site import Site
    from conformance.server.store import Version


def etag(version: Version) -> str:
    """Return the weak ETag of a version (R4-HTTP-14)."""
    return f'W/"{version.version}"'


def http_date(moment: datetime) -> str:
    """Return a moment as HTTP writes it."""
    return format_datetime(moment.replace(microsecond=0), usegmt=True)


def location(site: Site, version: Version) -> str:
    """Return the URL of a version (R4-CRE-02: as specific as possible)."""
    return f"{site.url(version)}/_history/{version.version}"


def version_headers(version: Version) -> dict[str, str]:
    """Return the headers that name a version and its time."""
    return {"etag": etag(version), "last-modified": http_date(version.moment)}


def shown(site: Site, version: Version) -> Reply:
    """Return the answer to a read."""
    return Reply(
        status=HTTPStatus.OK, headers=version_headers(version), resource=site.behaviour.show(version)
    )


def written(site: Site, request: Request, version: Version, status: int) -> Reply:
    """Return the answer to a write, with the body that the client prefers (R4-HTTP-19, R4-HTTP-20)."""
    headers = version_headers(version)
    if status == HTTPStatus.CREATED:
        headers["location"] = location(site, version)
    preferred = request.prefers("return")
    if preferred == "minimal":
        return Reply(status=status, headers=headers)
    if preferred.lower() == "operationoutcome":
        done = "created" if status == HTTPStatus.CREATED else "stored"
        return Reply(
            status=status, headers=headers, resource=information(f"{version.reference} has been {done}.")
        )
    return Reply(status=status, headers=headers, resource=site.behaviour.show(version))
