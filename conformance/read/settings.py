"""`dermconf.yaml`: the targets that a person named, and how each is reached. It holds no secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.model import GATES, IMAGING, Evidence, Party, Target
from conformance.problem import NOWHERE, Place, Problem, Problems, did_you_mean
from conformance.read.settingsfaults import faults
from conformance.yamlfile import load, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.model import Json
    from conformance.yamlfile import Tree

FILE = "dermconf.yaml"
# What a permission is needed for; `write` is told apart, since a run without it is a run of its own kind.
PERMISSIONS = ("write", "delete", "validate", "search-by-post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret is: the name of a variable or a file, or a command that prints it."""

    env: str = ""
    file: str = ""
    command: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return where it comes from, in a word."""
        return self.env or self.file or (self.command[0] if self.command else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """How a target lets us in: the kind, its plain values, and where its secrets are."""

    kind: str
    plain: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One target of the file: what it is, how it is reached, and what it is judged by."""

    target: Target
    threads: int | None = None
    auth: Auth | None = None
    ca: Path | None = None
    # Where `tls` says so; nowhere for what an option says.
    ca_place: Place = NOWHERE
    certificate: tuple[Path, Path] | None = None
    certificate_place: Place = NOWHERE
    proxy: str | Secret = ""
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    # Nothing stands for who shows nothing.
    others: Mapping[str, Auth | None] = field(default_factory=dict)
    at_archive: Mapping[str, Auth | None] = field(default_factory=dict)
    packages: tuple[Path, ...] = ()
    place: Place


def read(file: Path) -> dict[str, Settings]:
    """Return the targets of a file by name; raises Problems with everything that is amiss."""
    tree = load(text_of(file), str(file))
    found = faults(tree, FILE)
    if found:
        raise Problems(found)
    targets: dict[str, Tree] = tree.value["targets"].value
    return {name: _settings(name, part, file.parent) for name, part in targets.items()}


def chosen(name: str, known: Mapping[str, Settings], file: Path) -> Settings:
    """Return the target of a name; raises Problem where there is none."""
    if name in known:
        return known[name]
    hint = (
        did_you_mean(name, known) or f"it has {', '.join(known)}; an address begins with http:// or https://"
    )
    raise Problem("usage", f"--target: {file} has no target '{name}'", hint=hint)


def _settings(name: str, tree: Tree, folder: Path) -> Settings:
    stated: Mapping[str, Json] = tree.json
    budget, tls = stated.get("budget", {}), stated.get("tls", {})
    return Settings(
        target=_target(name, stated, budget),
        threads=budget.get("concurrency"),
        auth=_auth(tree.value["auth"], folder) if "auth" in stated else None,
        others=_others(tree.child("credentials"), folder),
        at_archive=_others(tree.child("wado-credentials"), folder),
        ca=folder / tls["ca"] if "ca" in tls else None,
        ca_place=_within(tree, "tls", "ca"),
        certificate=_certificate(tls, folder),
        certificate_place=_within(tree, "tls", "certificate"),
        proxy=_perhaps_secret(stated.get("proxy", ""), folder),
        headers={key: _perhaps_secret(value, folder) for key, value in stated.get("headers", {}).items()},
        packages=tuple(folder / package for package in stated.get("ig", ())),
        place=tree.key,
    )


def _target(name: str, stated: Mapping[str, Json], budget: Mapping[str, Json]) -> Target:
    allowed = stated.get("permissions", ())
    edition = (f"ai-transparency@{stated['ait']}",) if "ait" in stated else ()
    target = Target(
        base=stated["base"],
        name=name,
        read_only="write" not in allowed,
        leave_data="delete" not in allowed,
        denied=tuple(one for one in PERMISSIONS if one not in allowed and one != "write"),
        gates=tuple(dict.fromkeys((*GATES, *stated.get("gates", ()), *edition, *_claimed(stated)))),
        policies=tuple(stated.get("policies", ())),
        evidence=Evidence(stated.get("evidence", Evidence.DESCRIPTIVE)),
        timeout=float(stated.get("timeout", 30)),
        total=budget.get("total"),
        rate=float(budget["rate"]) if "rate" in budget else None,
        known=stated.get("known", {}),
        imaging=stated.get("imaging", ""),
        wado=tuple(stated.get("wado", ())),
        generation=stated.get("imaging-generation", ""),
        hub=stated.get("hub", ""),
        versions=stated.get("versions", {}),
        credentials=tuple(stated.get("credentials", ())),
    )
    return target.as_(*map(Party, stated.get("roles", (Party.REPOSITORY,))))


def _claimed(stated: Mapping[str, Json]) -> Iterator[str]:
    """Yield the specifications that settings claim by what they name."""
    if "imaging" in stated and "imaging-generation" in stated:
        yield f"{IMAGING}@{stated['imaging-generation']}"
    if "wado" in stated:
        yield "wado"


def _certificate(tls: Mapping[str, str], folder: Path) -> tuple[Path, Path] | None:
    if "certificate" not in tls:
        return None
    return folder / tls["certificate"], folder / tls.get("key", tls["certificate"])


def _others(tree: Tree | None, folder: Path) -> Mapping[str, Auth | None]:
    return {name: _auth(part, folder) for name, part in tree.value.items()} if tree else {}


def _within(tree: Tree, *keys: str) -> Place:
    """Return where the value of a key stands, nowhere where there is none."""
    for key in keys:
        if key not in tree.value:
            return NOWHERE
        tree = tree.value[key]
    return tree.place


def _auth(tree: Tree, folder: Path) -> Auth | None:
    if tree.value == "none":
        return None
    ((kind, part),) = tree.value.items()
    stated = part.json if kind != "bearer" else {"token": part.json}
    return Auth(
        kind=kind,
        plain={key: value for key, value in stated.items() if isinstance(value, str)},
        secrets={key: _secret(value, folder) for key, value in stated.items() if isinstance(value, dict)},
        place=part.key,
    )


def _perhaps_secret(value: Json, folder: Path) -> str | Secret:
    return _secret(value, folder) if isinstance(value, dict) else str(value)


def _secret(stated: Mapping[str, Json], folder: Path) -> Secret:
    return Secret(
        env=stated.get("env", ""),
        file=str(folder / stated["file"]) if "file" in stated else "",
        command=tuple(stated.get("command", ())),
    )
