"""`dermconf validate` on Bundles that grow, every entry faulty: seconds and peak memory of the whole command.

`python benchmarks/bundles.py [--format outcome]`. Linear is about the same by entry whatever the size.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Json

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "conformance/packages/dermatology/example/Observation-ExampleAIPrediction.json"
SIZES = (1000, 2500, 4000, 5000, 10_000)
# Of so many entries at most so many megabytes, and by entry at most so many times the seconds of the first.
MOST_MEMORY = (4000, 120.0)
MOST_GROWTH = 1.5
MEGABYTE = 1_000_000


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--format", default="text", choices=("text", "json", "outcome"))
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = {size: written(Path(folder), size) for size in SIZES}
        start = measured(written(Path(folder), 1), asked.format, asked.rounds)[0]
        rows = {size: measured(files[size], asked.format, asked.rounds) for size in SIZES}
    first = (rows[SIZES[0]][0] - start) / SIZES[0]
    print("entries     seconds   ms an entry   by the first        MB")
    for size, (seconds, memory) in rows.items():
        each = (seconds - start) / size
        print(f"{size:<10} {seconds:8.2f} {1000 * each:13.3f} {each / first:14.2f} {memory:9.0f}")
    size, most = MOST_MEMORY
    growth = (rows[SIZES[-1]][0] - start) / SIZES[-1] / first
    print(f"{size} entries in at most {most:.0f} MB: {'held' if rows[size][1] <= most else 'MISSED'}")
    print(f"by entry at most {MOST_GROWTH} times: {'held' if growth <= MOST_GROWTH else 'MISSED'}")


def written(folder: Path, size: int) -> Path:
    """Write a Bundle entry by entry, since what this process grows to counts as its children's memory too."""
    path = folder / f"{size}.json"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"resourceType":"Bundle","type":"collection","entry":[')
        for number in range(size):
            file.write(f"{',' if number else ''}{json.dumps(faulty(number))}")
        file.write("]}")
    return path


def faulty(number: int) -> Json:
    """Return an entry with a prediction that breaks rules of FHIR and of its profile in eight places."""
    resource = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    resource |= {"id": f"prediction-{number}", "status": "final", "effectiveDateTime": "soon", "foo": 1}
    resource |= {"issued": "2026", "note": [{}], "language": ""}
    resource["component"][1]["valueQuantity"]["value"] = 1 + number
    del resource["method"], resource["device"]
    return {"fullUrl": f"https://example.org/fhir/Observation/prediction-{number}", "resource": resource}


def measured(file: Path, form: str, rounds: int) -> tuple[float, float]:
    """Return the median of the seconds of processor time, and the most megabytes, of some calls."""
    seconds, memory = zip(*(once(file, form) for _ in range(rounds)), strict=True)
    return median(seconds), max(memory)


def once(file: Path, form: str) -> tuple[float, float]:
    """Return the seconds and the megabytes of one call."""
    command = [sys.executable, "-m", "conformance", "validate", str(file), "--format", form]
    # Without a context: what ends the process, and says what it used, is wait4.
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=complaints)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 1 or complaints.tell():
            sys.exit(f"dermconf validate ended with {process.returncode}, and said more than its findings")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / MEGABYTE


if __name__ == "__main__":
    main()
