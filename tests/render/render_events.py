"""Single events of a recorded run, and the few rules that the samples speak of."""

from conformance.model import Evidence, Gate, Level, Party, Requirement, State

BASE = "https://staging.example/fhir"


def rule(name, statement, *, level=Level.SHALL, evidence=Evidence.EXPLICIT, binds=Party.REPOSITORY, hint=""):
    return Requirement(
        id=name,
        spec=name.split("-", 1)[0],
        level=level,
        evidence=evidence,
        gate=Gate.ALWAYS,
        binds=binds,
        statement=statement,
        source=f"https://rules.example/{name}",
        state=State.TESTED,
        hint=hint,
    )


RULES = {
    each.id: each
    for each in (
        rule(
            "DERM-AIP-03",
            "An AI prediction is never final.",
            level=Level.SHALL_NOT,
            binds=Party.PRODUCER,
            hint="Keep the status that the client sent.",
        ),
        rule("DERM-AIP-01", "An AI prediction carries the AIAST label.", binds=Party.PRODUCER),
        rule("R4-RES-19", "A search returns every resource that matches."),
        rule("R4-CRE-01", "A create answers 201."),
        rule("R4-CRE-02", "A create says where the new resource is."),
        rule("R4-READ-01", "A read returns the resource."),
        rule("R4-HTTP-21", "A refusal explains itself.", level=Level.SHOULD),
        rule(
            "DERM-ANN-07", "An annotation names its method.", evidence=Evidence.INFERRED, binds=Party.PRODUCER
        ),
        rule("R4-HIS-01", "A history lists every version."),
        rule("R4-PAT-01", "A patch changes what it names."),
    )
}


def header(**more):
    return {
        "event": "header",
        "seq": 1,
        "who": "main",
        "ms": 0,
        "schema": 1,
        "dermconf": "0.1.0",
        "run": "k7d2",
        "started": "2026-11-22T09:00:00Z",
        "argv": ["run", "--target", "staging"],
        "selection": {"paths": [], "expression": "", "whole": True},
        "mode": {"read_only": False, "leave_data": False},
        "gates": ["dermatology", "r4"],
        "evidence": "descriptive",
        "roles": ["repository"],
        "scenarios": 6,
        "catalogue": 278,
        "ig": [{"name": "dermatology.example", "version": "0.1.0", "read": "pages of 2026-04-04"}],
        **more,
    }


def target(**more):
    return {
        "event": "target",
        "seq": 2,
        "name": "staging",
        "base": BASE,
        "fhir": "4.0.1",
        "server": "Dermatheque 2.4",
        "skew": 0.2,
        "capability": None,
        **more,
    }


def scenario(path, *requirements, row="", seq=10, **more):
    name = f"{path}[{row}]" if row else path
    return {
        "event": "scenario",
        "seq": seq,
        "scenario": name,
        "id": path,
        "row": row,
        "sentence": f"The sentence of {path}",
        "requirements": dict.fromkeys(requirements, "SHALL"),
        "file": f"testcases/{path}.yaml",
        "text": "scenario: The sentence\n",
        "sha256": "0" * 64,
        "mode": "given",
        "given": ["photo"],
        **more,
    }


def step(scenario, step, label, *, seq):
    verb = label.split(":")[0]
    return {
        "event": "step",
        "seq": seq,
        "scenario": scenario,
        "step": step,
        "name": "",
        "verb": verb,
        "label": label,
        "line": 20 + step,
        "found": None,
        "lookups": {},
        "query": [],
    }


def exchange(scenario, seq, method, url, status, *, step=1, body=None, sent=None, headers=None, **attempt):
    return {
        "event": "exchange",
        "seq": seq,
        "scenario": scenario,
        "step": step,
        "purpose": "step" if step else "given",
        "round": 1,
        "request": {
            "method": method,
            "url": url,
            "headers": {
                "accept": "application/fhir+json",
                "authorization": "***",
                "x-secret": "do not show",
            },
            "body": sent,
        },
        "attempts": [
            {
                "status": status,
                "headers": {"content-type": "application/fhir+json", **(headers or {})},
                "body": body,
                "seconds": 0.041,
                "error": "",
                "truncated": False,
                **attempt,
            }
        ],
    }


def finding(scenario, requirement, result, *, seq, **more):
    known = RULES.get(requirement)
    return {
        "event": "finding",
        "seq": seq,
        "scenario": scenario,
        "step": 1,
        "check": 1,
        "requirement": requirement,
        "level": str(known.level) if known else "SHALL",
        "evidence": str(known.evidence) if known else "explicit",
        "party": "repository",
        "gating": True,
        "result": result,
        "at": "",
        "sent": None,
        "expected": None,
        "actual": None,
        "message": "",
        "hint": "",
        "exchange": 0,
        "place": "",
        "label": "",
        "about": "",
        **more,
    }


def verdict(scenario, word, *, seq=900):
    return {"event": "verdict", "seq": seq, "scenario": scenario, "verdict": word}


def footer(**more):
    return {
        "event": "footer",
        "seq": 999,
        "counts": {},
        "ended": "done",
        "verdict": "nonconformant",
        "exit": 1,
        "requirements": {},
        "leftovers": 0,
        "requests": 7,
        "seconds": 3.2,
        **more,
    }
