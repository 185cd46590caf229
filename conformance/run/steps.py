"""Plays one step: sends what its verb means, binds what came of it; judging is not done here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.checks import may_want, wants
from conformance.judge.names import Lookups, Unbound, lenient
from conformance.judge.paging import next_page
from conformance.judge.steps import accepts, judges_status, named_statuses, resolved_checks
from conformance.model import Request
from conformance.read.needs import base_of
from conformance.run.bundles import bundle, take_entries, with_bodies
from conformance.run.casting import Casts, ask, now, receive, subscribe
from conformance.run.creating import Making, intend, negotiable, took, unclaimed, version_of
from conformance.run.ends import trouble
from conformance.run.interactions import FHIR_JSON, named, pairs, request
from conformance.run.retrieving import is_astray, require_followed, retrieve, within_reach
from conformance.run.updating import patch, read_back, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.judge.stage import Sent, Stage
    from conformance.model import Json, Step, Target
    from conformance.run.bodies import Bodies
    from conformance.run.telling import Teller

_OK = 200
_REFUSED = 403
_SUCCESS = frozenset({200, 201})
_DELETED = frozenset({200, 202, 204})
# How many references a step's checks may want read.
_MOST_WANTED = 40


@dataclass(frozen=True, slots=True)
class Acting:
    """What a step is played with."""

    teller: Teller
    bodies: Bodies
    target: Target
    casts: Casts = field(default_factory=Casts)

    @property
    def stage(self) -> Stage:
        """Return what the scenario knows."""
        return self.teller.stage

    def announce(self, step: Step, found: int | None) -> None:
        """Record that a step begins, with its look-ups and query as far as they are known."""
        lookups = Lookups(self.stage)
        where = lenient(lookups, dict(step.args.get("where") or {}))
        lenient(lookups, [step.subject, dict(step.args), [c.value for c in step.expect]])
        self.teller.tell(
            "step",
            step=step.index,
            name=step.name,
            verb=step.verb,
            label=step.label,
            line=step.place.line,
            found=found,
            lookups=lookups.said,
            query=pairs(where) if step.verb == "search" else [],
        )

    def play(self, step: Step, round_: int) -> None:
        """Send what the step means once; raises Unbound, Trouble or Ended where it cannot go on."""
        lookups = Lookups(self.stage, pending={"now": now()})
        plain = {k: v for k, v in step.args.items() if k not in {"set", "drop", "from"}}
        args = {**step.args, **lookups.filled(plain)}
        if isinstance(step.subject, str) and step.subject not in self.stage.names:
            args["subject"] = lookups.filled(step.subject)
        act = _ACTS.get(step.verb, _simple)
        act(self, step, args, round_)
        self._read_wanted(step)

    def send(
        self,
        step: Step,
        req: Request,
        round_: int,
        purpose: str = "",
    ) -> Sent:
        """Send one request of a step; raises Trouble where no answer can be judged."""
        within_reach(self.teller.client, req.url)
        how = purpose or _purpose(round_)
        attempts = step.args.get("attempts")
        sent = self.teller.send(req, how, verb=step.verb, round_=round_, attempts=attempts)
        self._require_usable(step, req, sent)
        return sent

    def fetch(
        self,
        step: Step,
        req: Request,
        round_: int,
        endpoint: Mapping[str, Json],
        others: Iterator[Mapping[str, str]],
    ) -> Mapping[str, str] | None:
        """Ask for bytes; return where else they may be if they are not here, and None where this is it."""
        client = self.teller.client
        exchange = client.send(req, attempts=step.args.get("attempts"), bytes_=True)
        # A denial that the step foresees is an answer, even where it says that there is nothing.
        foreseen = accepts(step, exchange.answer.status)
        other = next(others, None) if is_astray(exchange) and not foreseen else None
        how = _purpose(round_) if other is None else "astray"
        sent = self.teller.heard(exchange, how, verb=step.verb, round_=round_, endpoint=endpoint or None)
        if other is None:
            if not foreseen:
                require_followed(client, sent.exchange)
            self._require_usable(step, req, sent)
        return other

    def _require_usable(self, step: Step, req: Request, sent: Sent) -> None:
        lack = trouble(
            sent,
            judged=judges_status(step),
            named=named_statuses(step),
            # Who was let in by other credentials may still not be by these.
            welcome=bool(self.stage.own) and not req.credentials,
            fhirless=_owes_no_fhir(step),
        )
        if lack is not None:
            raise lack

    def read(self, reference: str, *, name: str = "", whose: str = "") -> Sent:
        """Read a resource because something needs it that no step asked for."""
        headers = {"Accept": FHIR_JSON, "Cache-Control": "no-cache"}
        url = reference if "://" in reference else f"{self.stage.where}/{reference}"
        req = Request(method="GET", url=url, headers=headers, credentials=whose)
        return self.teller.send(req, "support", verb="read", name=name)

    def _read_wanted(self, step: Step) -> None:
        if not any(map(may_want, step.expect)):
            return
        scene = self.stage.scene()
        checks = resolved_checks(self.stage, step)
        wanted = dict.fromkeys(text for check in checks for text in wants(check, scene))
        for reference in list(wanted)[:_MOST_WANTED]:
            self.read(reference, name=reference, whose=str(step.args.get("with", "")))


def _owes_no_fhir(step: Step) -> bool:
    """Tell whether something else than FHIR may come: pixels, or a page to log in for who may be refused."""
    base = base_of(step)
    return step.verb == "retrieve" or base == "wado" or (base == "imaging" and accepts(step, _REFUSED))


def _purpose(round_: int) -> str:
    return "poll" if round_ > 1 else "step"


def _simple(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    acting.send(step, request(step, args, acting.stage), round_)


def _create(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    body, tag = acting.bodies.new(args["from"], args.get("set") or {}, tuple(args.get("drop") or ()))
    making = Making(name=str(step.subject), body=body, tag=tag)
    conditional = "none" in (args.get("if") or {})
    intend(acting.teller, making, conditional=conditional)
    sent = acting.send(step, request(step, args, acting.stage, body), round_)
    plain = unclaimed(making)
    if plain is not None and not conditional and _may_be_tried_otherwise(step, sent):
        making = plain
        intend(acting.teller, making)
        sent = acting.send(step, request(step, args, acting.stage, making.body), round_ + 1)
    if sent.exchange.answer.status in _SUCCESS:
        made = took(acting.teller, making, sent, "created", conditional=conditional)
        if made is not None and made.received is None:
            read_back(acting, made)


def _may_be_tried_otherwise(step: Step, sent: Sent) -> bool:
    """Tell whether what was refused may be sent again without its profile claims (fairness F4).

    The answer to that is judged in its stead: a claim is not what such a step is about.
    """
    return negotiable(sent) and not judges_status(step)


def _delete(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    resource = named(step, acting.stage)
    sent = acting.send(step, request(step, args, acting.stage), round_)
    if sent.exchange.answer.status in _DELETED:
        acting.teller.bind(replace(resource, deleted=True), "deleted")


def _read(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    sent = acting.send(step, request(step, args, acting.stage), round_)
    held = acting.stage.names.get(str(step.subject), ())
    body = sent.body
    if not held or held[0].found:
        # What was discovered stays as it was discovered: what is read later is compared with it.
        return
    if sent.exchange.answer.status == _OK and isinstance(body, dict) and body.get("id") == held[0].id:
        acting.teller.bind(replace(held[0], received=body, version=version_of(sent)), "read")


def _search(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """Fetch the first page, and as many more as the step asks for and the target's budget allows."""
    asked = args.get("pages", "first")
    most = {"first": 1, "all": acting.target.pages}.get(asked) or min(int(asked), acting.target.pages)
    req = request(step, args, acting.stage)
    visited = [req.url]
    sent = acting.send(step, req, round_)
    while len(visited) < most and sent.exchange.answer.status == _OK:
        after = next_page(sent.body, acting.stage.where, visited)
        if not after.url:
            return
        visited.append(after.url)
        follow = replace(req, method="GET", url=after.url, headers={"Accept": FHIR_JSON}, body=None)
        sent = acting.send(step, follow, round_, "page")


def _bundle(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    makings, body = bundle(step, acting.stage, acting.bodies)
    for making in makings:
        if making is not None:
            intend(acting.teller, making)
    sent = acting.send(step, request(step, args, acting.stage, body), round_)
    plain = [making and (unclaimed(making) or making) for making in makings]
    if plain != makings and _may_be_tried_otherwise(step, sent):
        makings = plain
        for making in filter(None, makings):
            intend(acting.teller, making)
        sent = acting.send(step, request(step, args, acting.stage, with_bodies(body, makings)), round_ + 1)
    if sent.exchange.answer.status == _OK:
        take_entries(acting.teller, step, makings, sent)


def _validate(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    held = acting.stage.names.get(str(step.subject), ())
    if held:
        body = held[0].received or held[0].sent
    else:
        body, _tag = acting.bodies.new(args["from"], args.get("set") or {}, tuple(args.get("drop") or ()))
    acting.send(step, request(step, args, acting.stage, body), round_)


def _nothing(_acting: Acting, step: Step, _args: Mapping[str, Json], _round: int) -> None:
    if str(step.subject) not in _acting.stage.names:
        raise Unbound(str(step.subject))


_ACTS: Mapping[str, Callable[[Acting, Step, Mapping[str, Json], int], None]] = {
    "create": _create,
    "update": update,
    "patch": patch,
    "delete": _delete,
    "read": _read,
    "search": _search,
    "transaction": _bundle,
    "batch": _bundle,
    "validate": _validate,
    "inspect": _nothing,
    "retrieve": retrieve,
    "request": ask,
    "subscribe": subscribe,
    "receive": receive,
}
