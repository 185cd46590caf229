"""The words that requirements, findings and verdicts are told in."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How strongly a specification puts a rule."""

    SHALL = "SHALL"
    SHALL_NOT = "SHALL NOT"
    SHOULD = "SHOULD"
    SHOULD_NOT = "SHOULD NOT"
    MAY = "MAY"


class Evidence(StrEnum):
    """How sure we are that the specification says so, strongest first."""

    EXPLICIT = "explicit"
    DESCRIPTIVE = "descriptive"
    INFERRED = "inferred"
    ASSUMED = "assumed"


class Gate(StrEnum):
    """When a broken rule may fail a run."""

    ALWAYS = "always"
    CLAIMED = "claimed"
    NEVER = "never"


class Party(StrEnum):
    """Whom a rule binds."""

    REPOSITORY = "repository"
    PRODUCER = "producer"
    IMAGE_SOURCE = "image-source"
    AUTHORISATION = "authorisation"
    HUB = "hub"
    CONSUMER = "consumer"
    REPORT = "report"


class Result(StrEnum):
    """What one check found."""

    HELD = "held"
    FAILED = "failed"
    CANNOT_SAY = "cannot-say"
    UNTESTED = "untested"
    NOT_ASKED = "not-asked"
    DATA = "data"
    OBSERVED = "observed"


class Verdict(StrEnum):
    """What is said of a requirement, a scenario or a finding."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    WARN = "warn"
    SKIP = "skip"
    UNTESTED = "untested"
    OUT_OF_REACH = "out-of-reach"
    ERROR = "error"


class State(StrEnum):
    """Whether the suite tests a requirement."""

    TESTED = "tested"
    EXCLUDED = "excluded"
    PLANNED = "planned"


class Exclusion(StrEnum):
    """Why the suite does not test a requirement; its reason says the same in full."""

    PERMISSION = "permission"
    CLIENT = "client"
    NOT_OBSERVABLE = "not-observable"
    DEFINITION = "definition"
    MERGED = "merged"
    HOUSE_RULE = "house-rule"
    CONTRADICTED = "contradicted"
    UNKNOWN_CONTENT = "unknown-content"
