"""How grave is what R4 leaves open: the caller decides, and these are the fair answers."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.profiles.issue import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The severity of each open question; None where it is not asked."""

    # R4 extensibility.html: anybody may define extensions, so one that is not at hand proves nothing.
    unknown_extension: Severity | None = Severity.INFORMATION
    # A profile that is not at hand is our lack; where nobody has it, nobody can say that it is kept.
    unknown_profile: Severity | None = Severity.WARNING
    # Code systems outside FHIR change between versions, and ours may be the older one.
    unknown_code: Severity | None = Severity.WARNING
    # A display is one that the system defines (datatypes.html#Coding), but ours has no translations.
    wrong_display: Severity | None = Severity.WARNING
    # Labels and tags are sets by system and code (Meta.security, Meta.tag); a second copy takes nothing away.
    repeated_label: Severity | None = Severity.WARNING
    # A link in a narrative that leads nowhere; no rule of R4 forbids it.
    dead_link: Severity | None = Severity.WARNING
    # A reference that leads to nothing in the Bundle or Parameters around it, nor anywhere else.
    missing_target: Severity | None = None
    # URLs on the domains that are kept for examples (RFC 2606).
    example_url: Severity | None = None
    # HTML in markdown; GitHub's flavour, which R4 refers to, allows it.
    html_in_markdown: Severity | None = None


FAIR = Policy()
