"""Why a fault turns rules red besides its own: what each rule looks at, and so notices, too."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Rules that a resource stays as it was sent: by their nature they notice whatever alters one.
UMBRELLA = ("DERM-WRT-03", "R4-CRE-06", "R4-INT-01")

_LOOKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("It compares all of a resource with what was sent, so that every alteration is noticed.", UMBRELLA),
    (
        "It compares elements with what was sent, or with an earlier version, and notices what alters them.",
        (
            *("AIR-01", "AIR-02", "AIR-05", "FCAST-02", "FCAST-06", "FCAST-07", "IMR-02", "IMR-04", "IMR-05"),
            *("ISIC-02", "ISIC-03", "ISIC-04", "ISIC-07", "ISIC-09", "ISIC-10", "MADO-01", "MADO-02"),
            *("AIT-CNF-01", "AIT-CNF-02", "AIT-DEV-04", "AIT-INL-02", "AIT-INL-04a", "DERM-AIP-04"),
            *(
                "DERM-ANN-06",
                "DERM-ANN-15",
                "DERM-ANN-17",
                "DERM-ANN-19",
                "R4-CND-03",
                "R4-HIS-01",
                "R4-LOCK-01",
            ),
            *("R4-PAT-02", "R4-PAT-03", "R4-PAT-04", "R4-TRX-03", "R4-UPD-01", "R4-VREAD-01"),
        ),
    ),
    (
        "It looks at the labels of what comes back: they may be lost alone, or the resource with them.",
        (
            *("AIT-INL-01", "AIT-INL-03", "AIT-LBL-01", "AIT-LBL-06", "AIT-LBL-09", "AIT-LBL-10"),
            *("DERM-AIP-01", "DERM-AIT-01", "DERM-AIT-02", "DERM-AIT-03", "DERM-AIT-12"),
            *("R4-CRE-05b", "R4-META-05", "R4-META-06", "R4-META-07"),
        ),
    ),
    (
        "It looks at one part of a Provenance, whose target, agents and entities are bound by several rules.",
        (
            *("AIT-PRM-01", "AIT-PRV-01", "AIT-PRV-03", "AIT-PRV-05", "AIT-PRV-06", "AIT-PRV-08"),
            *("AIT-PRV-09", "AIT-PRV-10", "AIT-PRV-12", "DERM-AIT-06", "DERM-AIT-07", "DERM-AIT-08"),
        ),
    ),
    ("It looks at the label and at the Provenance, which other rules look at one by one.", ("AIT-LBL-02b",)),
    (
        "It follows a reference that was sent: one that is altered or lost leads somewhere else or nowhere.",
        (
            *("DERM-AIP-07b", "DERM-AIP-14", "DERM-ANN-04", "DERM-ANN-05b", "DERM-LNK-01", "DERM-LNK-02"),
            *("DERM-SER-02", "R4-LNK-03", "R4-LNK-11", "R4-TRX-02", "R4-TRX-05", "R4-TRX-06"),
        ),
    ),
    (
        "It is shown by a search: missing and foreign results are noticed; what lost its subject is missing.",
        (
            *("AIT-DSC-01", "AIT-DSC-03", "AIT-DSC-04", "AIT-DSC-05", "AIT-DSC-06", "AIT-LBL-05a"),
            *("AIT-LBL-05b", "AIT-LBL-05c", "AIT-PRM-02", "DERM-SRC-01b", "DERM-SRC-02b", "DERM-SRC-04"),
            *("DERM-SRC-05", "DERM-SRC-06", "DERM-SRC-07", "R4-CAP-06", "R4-CAP-07", "R4-CND-01"),
            *("R4-HTTP-03", "R4-META-14", "R4-PAGE-01", "R4-RES-03", "R4-RES-04", "R4-RES-09"),
            *("R4-RES-15", "R4-RES-16", "R4-RES-19", "R4-RES-20", "R4-RES-21", "R4-RES-22"),
            *("R4-SRCH-03", "R4-SRCH-04", "R4-SRCH-06", "R4-SRCH-11", "R4-SRCH-13", "R4-SRCH-15"),
            *("R4-SRCH-17", "R4-TRX-01"),
        ),
    ),
    (
        "It counts and compares the entries of pages: one too many, twice or under another name is noticed.",
        ("R4-RES-02", "R4-RES-05", "R4-RES-06", "R4-RES-08", "R4-SRCH-01"),
    ),
    (
        "It looks at what is included, which is missing where includes, their page or the match is.",
        ("DERM-SRC-03", "R4-RES-10", "R4-RES-11", "R4-RES-12"),
    ),
    (
        "Id, version and time stand in body, headers and history: wrong at one place contradicts the others.",
        (
            *("R4-CRE-04", "R4-CRE-07", "R4-HTTP-02", "R4-HTTP-15", "R4-LOCK-03", "R4-META-01"),
            *("R4-META-02", "R4-META-03a", "R4-META-03b", "R4-READ-01", "R4-READ-02", "R4-UPD-03"),
            *("R4-UPD-04", "R4-UPD-10", "R4-VREAD-04"),
        ),
    ),
    (
        "It asks what became of a resource or a request, and is told by the same statuses as other rules.",
        (
            *("R4-DEL-02", "R4-DEL-03", "R4-DEL-06", "R4-READ-03", "R4-TRX-07", "R4-UPD-06"),
            "R4-UPD-07a",
        ),
    ),
    (
        "It asks for a refusal with an OperationOutcome: what refuses nothing, or otherwise, breaks it.",
        (*("R4-HTTP-21", "R4-SRCH-02b", "R4-SRCH-05", "R4-SRCH-08", "R4-SRCH-09", "R4-UPD-02"),),
    ),
    (
        "It looks at the type of an answer, which several ways of asking for it lead to.",
        ("R4-HTTP-05", "R4-HTTP-08", "R4-HTTP-10b"),
    ),
    (
        "It looks at what a refusal shows, and by which status it is told where that is named.",
        ("SIA-SRC-05", "SIA-SRC-06", "SIA-TOK-01", "SIA-TOK-02", "SIA-TOK-03", "SIA-TOK-07", "SIA-WAD-05"),
    ),
    (
        "It reads what a hub tells or shows of a session, which is missing where one of them is.",
        ("FCAST-10", "FCAST-11", "FCAST-14"),
    ),
    (
        "It reads the CapabilityStatement, and finds nothing where that is missing or empty.",
        ("DERM-SRC-01a", "DERM-SRC-02a", "R4-HTTP-16"),
    ),
)

WHY: Mapping[str, str] = MappingProxyType({rule: looks for looks, rules in _LOOKS for rule in rules})
