"""Runs to draw reports from: a calm one, and one of a server that answers with everything that can hurt."""

import json
from collections import Counter

from render_events import BASE, RULES, exchange, finding, footer, header, scenario, step, target, verdict

from conformance.events import assemble

HOSTILE = "<script>alert(1)</script>\x1b[31mred\x1b[0m]]>\x00\u202egnp.exe\ud800\uffff&\"'{{ 7*7 }}"
AUTHOR = "testcases/profile/ai-prediction-round-trip.yaml"


def altered():
    """Give a scenario whose server makes a preliminary prediction final."""
    name = "profile/ai-prediction-round-trip"
    status = {"resourceType": "Observation", "id": "8123", "status": "final"}
    body = json.dumps({**status, "valueQuantity": {"value": 1.5}})
    return [
        scenario(name, "DERM-AIP-03", "DERM-AIP-01"),
        step(name, 1, "create: prediction", seq=11),
        exchange(
            name,
            12,
            "POST",
            f"{BASE}/Observation",
            201,
            sent=json.dumps({**status, "status": "preliminary"}),
            headers={"location": f"{BASE}/Observation/8123/_history/1"},
        ),
        finding(name, "R4-CRE-01", "held", seq=13, exchange=12, check="built-in:create", actual=201),
        step(name, 2, "read: prediction", seq=14),
        exchange(name, 15, "GET", f"{BASE}/Observation/8123", 200, step=2, body=body),
        finding(
            name,
            "DERM-AIP-03",
            "failed",
            seq=16,
            step=2,
            exchange=15,
            at="Observation.status",
            sent="preliminary",
            expected="preliminary",
            actual="final",
            about="Observation/8123",
            place=f"{AUTHOR}:25",
            label="read: prediction",
        ),
        finding(name, "DERM-AIP-01", "held", seq=17, step=2, check=2, exchange=15, actual="AIAST"),
        finding(name, "R4-READ-01", "held", seq=18, step=2, check="built-in:read", exchange=15),
        verdict(name, "fail"),
    ]


def missing(row, seq):
    """Give one row of a search that misses a resource; all rows say the same."""
    name = f"search/by-source[{row}]"
    url = f"{BASE}/Observation?derived-from=Media%2F1&patient=Patient%2F2"
    return [
        scenario("search/by-source", "R4-RES-19", row=row, seq=seq),
        step(name, 1, "search: Observation", seq=seq + 1),
        exchange(name, seq + 2, "GET", url, 200, body='{"resourceType": "Bundle", "total": 0}'),
        finding(
            name,
            "R4-RES-19",
            "failed",
            seq=seq + 3,
            exchange=seq + 2,
            check="oracle:recall",
            at=f"Bundle.entry[{seq}]",
            expected="annotation",
            message="the annotation matches the query and is not in the answer",
            label="search: Observation",
            place="testcases/search/by-source.yaml:18",
        ),
        verdict(name, "fail"),
    ]


def refused():
    name = "crud/refusal"
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "invalid",
                "diagnostics": "status: unknown code",
                "expression": ["Observation.status"],
            }
        ],
    }
    return [
        scenario(name, "R4-HTTP-21", "DERM-ANN-07", seq=60),
        step(name, 1, "create: wrong", seq=61),
        exchange(name, 62, "POST", f"{BASE}/Observation", 422, sent="{}", body=json.dumps(outcome)),
        finding(
            name,
            "R4-HTTP-21",
            "failed",
            seq=63,
            exchange=62,
            gating=False,
            at="OperationOutcome.issue[0].details",
            expected=["text", "coding"],
            actual=None,
            label="create: wrong",
            place="testcases/crud/refusal.yaml:9",
        ),
        finding(
            name,
            "DERM-ANN-07",
            "data",
            seq=64,
            party="data",
            gating=False,
            exchange=62,
            at="Observation.method",
        ),
        finding(name, "R4-PAT-01", "observed", seq=65, gating=False, exchange=62, actual=422),
        verdict(name, "warn"),
    ]


def skips():
    skipped = {"event": "skipped", "seq": 71, "scenario": "history/versions", "verdict": "skip"}
    broken = {"event": "problem", "seq": 82, "scenario": "crud/patch", "kind": "network"}
    return [
        scenario("history/versions", "R4-HIS-01", seq=70),
        {
            **skipped,
            "lacks": "the server does not claim Observation history-instance",
            "read": "CapabilityStatement",
        },
        verdict("history/versions", "skip"),
        scenario("discover/annotations", "DERM-AIP-01", seq=75),
        {
            "event": "skipped",
            "seq": 76,
            "scenario": "discover/annotations",
            "verdict": "untested",
            "lacks": "no annotation was found",
            "read": f"GET {BASE}/Observation?method=ai-inference",
            "unlock": "put at least one AI prediction on the server",
        },
        verdict("discover/annotations", "untested"),
        scenario("crud/patch", "R4-PAT-01", seq=80),
        step("crud/patch", 1, "patch: annotation", seq=81),
        exchange("crud/patch", 83, "PATCH", f"{BASE}/Observation/1", None, error="connection reset"),
        {**broken, "message": "connection reset by staging.example", "place": "testcases/crud/patch.yaml:12"},
        verdict("crud/patch", "error"),
    ]


def run(events=None, **more):
    body = [*altered(), *missing("Media", 30), *missing("ImagingStudy", 40), *refused(), *skips()]
    return assemble([header(**more), target(), *(body if events is None else events), footer()])


def hostile():
    """Give a run in which every text that a server may choose is meant to hurt."""
    name = "profile/hostile"
    url = f"{BASE}/Observation/1"
    events = [
        scenario(name, "DERM-AIP-03", seq=10),
        step(name, 1, "read: prediction", seq=11),
        exchange(
            name,
            12,
            "GET",
            url,
            500,
            body=json.dumps({"resourceType": "OperationOutcome", "issue": [{"diagnostics": HOSTILE}]}),
            headers={"etag": HOSTILE, "location": "javascript:alert(1)", "x-evil": HOSTILE},
        ),
        finding(
            name,
            "DERM-AIP-03",
            "failed",
            seq=13,
            exchange=12,
            at=HOSTILE,
            expected="x",
            actual=HOSTILE + "A" * 1_000_000,
            message=HOSTILE,
        ),
        exchange(name, 14, "GET", url, 200, body=HOSTILE + "B" * 1_000_000),
        finding(name, "R4-READ-01", "failed", seq=15, exchange=14, actual={"deep": [HOSTILE]}, expected=1),
        verdict(name, "fail"),
    ]
    server = {"server": HOSTILE, "name": HOSTILE, "base": "javascript:alert(1)"}
    return assemble([header(), target(**server), *events, footer()])


ROWS = {
    "DERM-AIP-03": "fail",
    "DERM-AIP-01": "pass",
    "R4-RES-19": "fail",
    "R4-CRE-01": "pass",
    "R4-READ-01": "pass",
    "R4-HTTP-21": "warn",
    "R4-HIS-01": "skip",
    "R4-PAT-01": "error",
}


def summary(run, *, verdict="nonconformant", rows=None, accepted=(), **more):
    rows = ROWS if rows is None else rows
    numbers = Counter(rows.values())
    results = Counter(finding["result"] for each in run.scenarios for finding in each.findings)
    words = ("pass", "fail", "warn", "skip", "untested", "out-of-reach", "error")
    return {
        "dermconf": "0.1.0",
        "verdict": verdict,
        "gate": {"exit": 1, "accepted": len(accepted), "stale": 0, "expired": 0},
        "target": run.target.get("base", ""),
        "roles": ["repository"],
        "counts": {
            **{word: numbers[word] for word in words},
            "data": results["data"],
            "observed": results["observed"],
        },
        "requirements": [
            {
                "id": name,
                "level": str(RULES[name].level),
                "evidence": str(RULES[name].evidence),
                "gate": "always",
                "binds": str(RULES[name].binds),
                "verdict": word,
                "scenarios": sorted(
                    each.name
                    for each in run.scenarios
                    if any(f["requirement"] == name for f in each.findings)
                ),
            }
            for name, word in rows.items()
        ],
        "scenarios": [
            {
                "id": each.name,
                "verdict": each.verdict,
                "requirements": sorted(each.event["requirements"]),
                "seconds": 0.5,
                "findings": [
                    {
                        "requirement": f["requirement"],
                        "verdict": "fail" if f["gating"] else "warn",
                        **{key: f[key] for key in ("gating", "step", "at", "expected", "actual")},
                        **{key: f[key] for key in ("message", "hint", "exchange")},
                        "check": f["check"],
                        "accepted": f["requirement"] in accepted,
                    }
                    for f in each.findings
                    if f["result"] == "failed"
                ],
            }
            for each in run.scenarios
        ],
        "exchanges": sum(len(each.exchanges) for each in run.scenarios),
        "seconds": 3.2,
        "planned": 12,
        "rules": 20,
        **more,
    }
