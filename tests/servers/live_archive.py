"""Starts Orthanc with the pixels of the reference server's studies, and that server's studies before it."""

from __future__ import annotations

import base64
import io
import json
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import live_install
import live_run
import live_start
import pydicom
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGBaseline8Bit

from conformance.model import Target
from conformance.server.imaging import claimed, multipart, part10, people, pictures, studies

if TYPE_CHECKING:
    from pathlib import Path

# Whoever has an account sees everything: Orthanc knows no patients, no scopes and no time in which they hold.
USERS = {name: f"orthanc-{name}" for name in ("patient-a", "patient-b", "system")}
# What only the reference server's own archive has: addresses that carry a right.
_RIGHTS = frozenset({"expired-address", "capability-study"})
_DICOM = "application/dicom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Orthanc: where it is, where its WADO-RS is, and the settings of a target whose pixels it holds."""

    root: str
    settings: Path

    @property
    def wado(self) -> str:
        return f"{self.root}/dicom-web"

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "text/plain"):
        """Return what is answered, as JSON; raises HTTPError where it is no success."""
        user = base64.b64encode(f"system:{USERS['system']}".encode()).decode()
        headers = {"Authorization": f"Basic {user}", "Content-Type": kind, "Accept": "application/json"}
        request = urllib.request.Request(f"{self.root}{path}", data=body, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def store(self, located, **altered) -> None:
        """Store an image, perhaps with attributes that are not its own."""
        stated = {**part10.attributes(located), **altered}
        self.send(part10.file(stated, b"".join(part10.frames(located))))

    def send(self, file: bytes) -> None:
        """Store a file (STOW-RS, PS3.18, 10.5)."""
        parts = [multipart.Part(type=_DICOM, location="instance", content=file)]
        between = multipart.boundary(parts)
        kind = multipart.content_type(_DICOM, between)
        told = self.ask("POST", "/dicom-web/studies", multipart.body(parts, between), kind)
        assert not told.get("00081198", {}).get("Value"), told  # Failed SOP Sequence

    def know(self, study) -> None:
        """Have the settings name the first image of another study, where they named that of patient A's."""
        first = next(study.located())
        told = json.loads(self.settings.read_text())
        told["targets"]["orthanc"]["known"] |= {
            "study-a": study.uid,
            "series-a": first.series.uid,
            "instance-a": first.image.uid,
            "imaging-study-a": f"{told['targets']['orthanc']['imaging']}/ImagingStudy/{study.id}",
        }
        self.settings.write_text(json.dumps(told))

    def forget(self, uid: str) -> None:
        """Delete the study or image of a UID."""
        for found in self.ask("POST", "/tools/lookup", uid.encode()):
            self.ask("DELETE", found["Path"])


@contextmanager
def orthanc(folder, *, generation="", **configured):
    """Orthanc behind the reference server; with a generation, both claim SMART Imaging Access."""
    program, port, ours = live_install.orthanc(), live_start.free_port(), live_start.free_port()
    told = folder / "orthanc.json"
    told.write_text(json.dumps({**_configured(folder, port), **configured}))
    root = f"http://127.0.0.1:{port}"
    archive = Archive(root=root, settings=folder / "dermconf.yaml")
    archive.settings.write_text(json.dumps(_settings(ours, archive.wado, generation)))
    (folder / "fhir").mkdir()
    fhir = live_run.command("serve", "--seed", "--port", ours, "--wado", archive.wado)
    with (
        # Orthanc takes five to nine seconds to end; nothing that it keeps outlives the folder.
        live_start.serving([program, told], folder, f"{root}/system", grace=0.5),
        live_start.serving(fhir, folder / "fhir", f"http://127.0.0.1:{ours}/fhir/metadata"),
    ):
        for study in studies.studies().values():
            for located in study.located():
                archive.store(located)
        yield archive


def secrets() -> dict[str, str]:
    """Return the variables that the settings name."""
    tokens = {_variable("token", name): people.tokens()[name] for name in USERS}
    return tokens | {_variable("password", name): password for name, password in USERS.items()}


def as_jpeg(located) -> bytes:
    """Return the file of an image whose pixels are compressed with loss (JPEG Baseline)."""
    data = pydicom.dcmread(
        io.BytesIO(part10.file(part10.attributes(located), b"".join(part10.frames(located))))
    )
    data.PixelData = encapsulate([pictures.jpeg(drawn) for drawn in part10.drawings(located)])
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    data.PhotometricInterpretation, data.LossyImageCompression = "YBR_FULL_422", "01"
    data.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    written = io.BytesIO()
    data.save_as(written, enforce_file_format=True)
    return written.getvalue()


def _variable(what: str, name: str) -> str:
    return f"{what}_{name}".replace("-", "_").upper()


def _configured(folder, port: int) -> dict:
    """Return Orthanc's own settings: on loopback, for these users alone, with all that it keeps in a folder.

    `Host` needs the port: without it, every address that Orthanc tells leads nowhere.
    """
    return {
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": True,
        "RegisteredUsers": USERS,
        "DicomServerEnabled": False,
        "Plugins": [str(live_install.DICOMWEB)],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "Host": f"127.0.0.1:{port}", "Ssl": False},
    }


def _settings(port: int, wado: str, generation: str) -> dict:
    """Return the settings of the target: the FHIR server takes tokens, the archive names and passwords."""
    held = claimed.claimed(Target(base=f"http://127.0.0.1:{port}/fhir"))
    target = {
        "base": held.base,
        "imaging": held.imaging,
        "wado": [wado],
        "credentials": {name: {"bearer": {"env": _variable("token", name)}} for name in USERS},
        "wado-credentials": {
            name: {"basic": {"user": name, "password": {"env": _variable("password", name)}}}
            for name in USERS
        },
        "known": {name: value for name, value in held.known.items() if name not in _RIGHTS},
        "permissions": ["write", "delete", "validate", "search-by-post"],
        "roles": [str(role) for role in held.roles],
        **({"imaging-generation": generation} if generation else {}),
    }
    return {"targets": {"orthanc": target}}
