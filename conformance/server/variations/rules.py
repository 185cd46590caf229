"""The rules of fairness: what a server is never failed for, and the page of R4 that leaves it to the server.

Each rule is shown by at least one variation; `dermconf prove` plays the suite against all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "F1": "bad content that a client stored and the server returns as it is (resource.html#Meta)",
    "F2": "accepting an invalid resource, or validating it without complaint (http.html#create)",
    "F3": "refusing a valid resource by a business rule of its own (http.html#create)",
    "F4": "needing another way in: without the profile claim, or under the client's id (http.html#upsert)",
    "F5": "lacking a resource type or an interaction (http.html: a server chooses its interactions)",
    "F6": "lacking a search parameter, a chain, an include or a sort (search.html#conformance)",
    "F7": "ignoring a parameter that it does not know, or refusing it (search.html#errors)",
    "F8": "demanding the patient, or another parameter, in a search (search.html#errors)",
    "F9": "small pages, no total, few links, an empty last page, opaque links (http.html#paging)",
    "F10": "the order of results (search.html#sort)",
    "F11": "further entries that are marked as include or outcome (search.html#entries)",
    "F12": "a reference in another spelling: absolute, relative, with a version (references.html#literal)",
    "F13": "references to contained resources, by identifier or to other servers (references.html)",
    "F14": "assigning ids, and keeping no versions (http.html#create, http.html#versions)",
    "F15": "writes without a body, a relative Location, a Prefer that is ignored (http.html#prefer)",
    "F16": "adding narrative, tags, extensions, and arrays in another order (updates.html#variations)",
    "F17": "numbers and times in another spelling of the same value (datatypes.html#decimal)",
    "F18": "labels that are added, merged, described or ordered otherwise (resource.html#tag-updates)",
    "F19": "hiding or cutting labelled resources (security-labels.html)",
    "F20": "saying 401, 403 or 404 of what may not be seen (security.html#AccessDenied)",
    "F21": "comparing codes without case (search.html#token)",
    "F22": "any lawful way to delete, or none (http.html#delete)",
    "F23": "finding late what was stored (search.html)",
    "F24": "another status for a refusal, or one without an OperationOutcome (http.html#Status-Codes)",
    "F25": "not knowing the guide's codes (terminologies.html)",
    "F26": "dropping a profile claim or naming its version (resource.html#Meta)",
    "F27": "being busy for a while (http.html#Status-Codes)",
}
