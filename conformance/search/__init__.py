"""The search oracle: what must be in the result of a query, what must not, and what R4 leaves open."""

from conformance.search.answers import Answer, Verdict, all_of, any_of
from conformance.search.includes import Included, included
from conformance.search.query import answer, known, shapes, term, terms
from conformance.search.sorting import misplaced, order
from conformance.search.world import World

__all__ = [
    "Answer",
    "Included",
    "Verdict",
    "World",
    "all_of",
    "answer",
    "any_of",
    "included",
    "known",
    "misplaced",
    "order",
    "shapes",
    "term",
    "terms",
]
