"""A miniature of a server with images: FHIR, its images' FHIR base, and WADO-RS, all on one raw socket."""

from io import BytesIO
from urllib.parse import unquote, urlsplit

from miniature import http
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from tiny import complaint, statement

STUDY, SERIES, INSTANCE = "1.2.3", "1.2.3.4", "1.2.3.4.5"
RELATED = 'multipart/related; type="application/dicom"; boundary=between'
TOKEN = "token-of-a"  # noqa: S105 - nobody's


def dicom(study=STUDY, series=SERIES, instance=INSTANCE, patient="MRN-A", pixels=b"\0\0\0\0"):
    """Return a small DICOM file."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.4"
    meta.MediaStorageSOPInstanceUID = instance
    file = Dataset()
    file.file_meta = meta
    file.SOPClassUID, file.SOPInstanceUID = meta.MediaStorageSOPClassUID, instance
    file.Modality, file.PatientID = "XC", patient
    file.StudyInstanceUID, file.SeriesInstanceUID = study, series
    file.Rows, file.Columns = 2, 2
    file.PixelData = pixels
    file["PixelData"].VR = "OB"
    written = BytesIO()
    file.save_as(written, enforce_file_format=True)
    return written.getvalue()


def multipart(*parts, boundary="between", type_="application/dicom", end="\r\n", closed=True):
    """Return a multipart body."""
    mark = f"--{boundary}{end}Content-Type: {type_}{end}{end}".encode()
    body = b"".join(mark + part + end.encode() for part in parts)
    return body + (f"--{boundary}--{end}".encode() if closed else b"")


def endpoint(address, id_="e1", kind="dicom-wado-rs", **more):
    """Return an Endpoint."""
    return {
        "resourceType": "Endpoint",
        "id": id_,
        "status": "active",
        "connectionType": {
            "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
            "code": kind,
        },
        "payloadType": [{"text": "images"}],
        "address": address,
        **more,
    }


def study(*, by_study=(), by_series=(), contained=(), uid=STUDY, series=SERIES):
    """Return an ImagingStudy that names endpoints by reference."""
    return {
        "resourceType": "ImagingStudy",
        "id": "s1",
        "status": "available",
        "subject": {"reference": "Patient/a"},
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{uid}"}],
        **({"endpoint": [{"reference": each} for each in by_study]} if by_study else {}),
        **({"contained": list(contained)} if contained else {}),
        "series": [
            {
                "uid": series,
                "modality": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "XC"},
                **({"endpoint": [{"reference": each} for each in by_series]} if by_series else {}),
            }
        ],
    }


def searchset(*resources, base=""):
    """Return a searchset; a pair is a full URL and a resource."""
    pairs = [each if isinstance(each, tuple) else (None, each) for each in resources]
    entries = [
        {"fullUrl": full or f"{base}/{one['resourceType']}/{one['id']}", "resource": one}
        for full, one in pairs
    ]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


class Archive:
    """Answers one request at a time; every method is there to be overridden."""

    here = path = ""
    asked = None

    def __call__(self, asked):
        self.asked, self.here = asked, f"http://{asked.headers['host']}"
        self.path = unquote(urlsplit(asked.path).path)
        doors = (("/fhir", self.fhir), ("/imaging", self.imaging), ("/wado", self.guarded))
        answer = next((deed() for prefix, deed in doors if self.path.startswith(prefix)), http(404))
        yield from [answer] if isinstance(answer, bytes) else answer

    def fhir(self):
        return http(200, statement()) if self.path == "/fhir/metadata" else self.attached()

    def attached(self):
        return http(404, complaint("not known", "not-found"))

    def imaging(self):
        if self.path == "/imaging/Endpoint/e1":
            return http(200, endpoint(f"{self.here}/wado"))
        if self.path == "/imaging/ImagingStudy" and urlsplit(self.asked.path).query:
            return http(200, searchset(*self.studies(), base=f"{self.here}/imaging"))
        return http(404, complaint("not known", "not-found"))

    def studies(self):
        return [study(by_study=["Endpoint/e1"]), endpoint(f"{self.here}/wado")]

    def guarded(self):
        token = self.asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token != TOKEN:
            return http(403 if token else 401, complaint("not yours", "forbidden"))
        return self.pixels() if f"/studies/{STUDY}" in self.path else http(404, complaint("no such study"))

    def pixels(self):
        return http(200, multipart(dicom()), media=RELATED)
