"""The profile engine beside other validators: resources a second on one core, JSON parsing included.

`python benchmarks/validators.py --pyrofile VENV`, where VENV is a virtual environment with pyrofile-validator
installed; HAPI's validator is built as for the tests (`--hapi`). Each round measures all of them one after
the other, and a ratio is that of one round, so that what else the machine does touches both its sides.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from samples import BASE, EXAMPLE, differing, patients, predictions

from conformance import jsontext, packages
from conformance.definitions.packages import load
from conformance.definitions.structures import Definitions, core
from conformance.definitions.terminology import Terminology
from conformance.profiles import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.model import Json

    Rate = Callable[[Sequence[str]], float]

ROOT = Path(__file__).parents[1]
GUIDE = packages.folder("dermatology")
# Name of a contender, and what our rate has to be a multiple of.
AIMS = {"pyrofile-validator": 40.0, "fhir.resources R4B": 1.5}
# What a contender is asked: those who judge tens a second get fewer.
FEW = ("pyrofile-validator", "pyrofile, no core", "HAPI (warm)")
CORE = ("StructureDefinition", "ValueSet", "CodeSystem")
SLOW = 60  # resources for those who judge tens a second
MANY = 3000
BUNDLES = (100, 1000, 10_000)

# Runs in pyrofile's own environment; its FHIRPath prints traces, which are no answers.
PYROFILE = """
import json, os, sys, time
from pyrofile_validator.config import ValidatorConfig
from pyrofile_validator.core.engine import Validator
validator = Validator(ValidatorConfig(local_package_paths=[sys.argv[1]]))
answers, sys.stdout = sys.stdout, open(os.devnull, "w")
for line in sys.stdin:
    texts = json.loads(line)
    started = time.perf_counter()
    for text in texts:
        validator.validate_resource(json.loads(text))
    print(len(texts) / (time.perf_counter() - started), file=answers, flush=True)
"""


def main() -> None:
    """Print the cold command, then rates and ratios, other resources, and Bundles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pyrofile", type=Path, metavar="VENV")
    parser.add_argument("--hapi", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # children keep to the same core
    cold(asked.rounds)  # first: what this process has grown to by then counts as its children's memory too
    with ExitStack() as stack:
        contenders: dict[str, Rate] = {
            "dermconf": ours(),
            "fhir.resources R4B": fhir_resources("Observation"),
        }
        if asked.pyrofile:
            contenders["pyrofile-validator"] = pyrofile(asked.pyrofile, stack, CORE)
            contenders["pyrofile, no core"] = pyrofile(asked.pyrofile, stack, ())
        if asked.hapi:
            contenders["HAPI (warm)"] = hapi(stack)
        compare(contenders, asked.rounds)
    others(asked.rounds)
    bundles()


def compare(contenders: dict[str, Rate], rounds: int) -> None:
    """Print the median rate of each, and the median over the rounds of ours by it."""
    texts = predictions(MANY)
    for rate in contenders.values():
        rate(texts[:SLOW])  # warm
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, rate in contenders.items():
            rates[name].append(rate(texts[:SLOW] if name in FEW else texts))
    for name, measured in rates.items():
        ratio = median(mine / theirs for mine, theirs in zip(rates["dermconf"], measured, strict=True))
        print(
            f"{name:<20} {median(measured):8.0f}/s   dermconf is {ratio:6.1f} times as fast{aim(name, ratio)}"
        )


def others(rounds: int) -> None:
    """Print how the engine stands where little comes again: predictions that really differ, and patients."""
    for what, type_, made in (
        ("predictions, all new", "Observation", differing(MANY)),
        ("patients, all new", "Patient", patients(MANY)),
    ):
        mine, theirs = ours(), fhir_resources(type_)
        pairs = [(mine(made), theirs(made)) for _ in range(rounds + 1)][1:]  # the first one warms up
        rate, ratio = median(own for own, _ in pairs), median(own / other for own, other in pairs)
        print(f"{what:<20} {rate:8.0f}/s   {ratio:6.1f} times fhir.resources R4B")


def aim(name: str, ratio: float) -> str:
    if name not in AIMS:
        return ""
    return f"   at least {AIMS[name]}: {'held' if ratio >= AIMS[name] else 'MISSED'}"


def ours() -> Rate:
    """Return our rate, every check on; a resource that is not found valid ends the benchmark."""
    definitions = Definitions([load(GUIDE)])
    terminology = Terminology(definitions)

    def rate(texts: Sequence[str]) -> float:
        started = time.perf_counter()
        for text in texts:
            issues = judge(jsontext.loads(text), (), definitions, terminology=terminology)
            if any(issue.severity == "error" for issue in issues):
                sys.exit(f"not found valid: {issues}")
        return len(texts) / (time.perf_counter() - started)

    return rate


def fhir_resources(type_: str) -> Rate:
    """Return the rate of the model of a resource type; models know no profiles."""
    # Large, and only then loaded: see `main`
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{type_.lower()}"), type_)

    def rate(texts: Sequence[str]) -> float:
        started = time.perf_counter()
        for text in texts:
            model.model_validate_json(text)
        return len(texts) / (time.perf_counter() - started)

    return rate


def pyrofile(venv: Path, stack: ExitStack, kinds: Sequence[str]) -> Rate:
    """Return the rate of pyrofile-validator in its own environment, with some kinds of the R4 core."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    for number, definition in enumerate(given(kinds)):
        (folder / f"{number}.json").write_text(jsontext.dumps(definition), encoding="utf-8")
    process = stack.enter_context(
        subprocess.Popen(
            [venv.absolute() / "bin/python", "-c", PYROFILE, folder],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    )
    stack.callback(process.terminate)

    def rate(texts: Sequence[str]) -> float:
        process.stdin.write(json.dumps(texts) + "\n")
        process.stdin.flush()
        return float(process.stdout.readline())

    return rate


def given(kinds: Sequence[str]) -> Iterator[Json]:
    """Yield the definitions of the guide, with snapshots, and some kinds of the R4 core."""
    definitions = Definitions([load(GUIDE)])
    for resource in definitions.packages[0].resources:
        profile = resource["resourceType"] == "StructureDefinition"
        yield definitions.structure(resource["url"]) if profile else resource
    for kind in kinds:
        yield from (core(kind).get(url) for url in core(kind).urls)


def hapi(stack: ExitStack) -> Rate:
    """Return the rate of HAPI's validator, by its own clock, after it has warmed up."""
    sys.path.insert(0, str(ROOT / "tests" / "oracles"))
    import oracle_hapi  # noqa: PLC0415 - only where it is asked for
    import oracle_sources  # noqa: PLC0415 - only where it is asked for

    validator = stack.enter_context(oracle_hapi.running(oracle_sources.definitions()))
    for text in predictions(4 * SLOW):
        validator.judge(text)
    return lambda texts: len(texts) / (sum(validator.judge(text).micros for text in texts) / 1e6)


def cold(rounds: int) -> None:
    """Print the seconds and the memory of `dermconf validate` for one file."""
    seconds, memory = zip(*(once() for _ in range(rounds)), strict=True)
    held = "held" if median(seconds) <= 0.5 and max(memory) <= 120 else "MISSED"
    print(f"validate one.json    {median(seconds):8.2f} s   {max(memory):.0f} MB   0.5 s, 120 MB: {held}")


def once() -> tuple[float, float]:
    """Return the seconds and the megabytes of one call."""
    started = time.perf_counter()
    # Without a context: what ends the process, and says what it used, is wait4.
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance", "validate", str(EXAMPLE)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"dermconf validate ended with {process.returncode}")
    return time.perf_counter() - started, used.ru_maxrss / 1024


def bundles() -> None:
    """Print the processor's time by entry of Bundles that grow; linear is about the same for each."""
    definitions = Definitions([load(GUIDE)])
    terminology = Terminology(definitions)
    judge(json.loads(EXAMPLE.read_text(encoding="utf-8")), (), definitions, terminology=terminology)
    by_entry = []
    for size in BUNDLES:
        entries = [
            {"fullUrl": f"{BASE}/Observation/prediction-{number}", "resource": json.loads(text)}
            for number, text in enumerate(predictions(size))
        ]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        started = time.process_time()
        judge(bundle, (), definitions, terminology=terminology)
        by_entry.append((time.process_time() - started) / size)
        print(f"Bundle of {size:<10} {1000 * by_entry[-1]:8.3f} ms an entry")
    held = "held" if by_entry[-1] <= 1.5 * by_entry[1] else "MISSED"
    print(
        f"growth               {by_entry[-1] / by_entry[1]:8.2f} times from {BUNDLES[1]}, at most 1.5: {held}"
    )


if __name__ == "__main__":
    main()
