"""Requests to the places of one mount, and what comes back in parts."""

from conformance.server.imaging.studies import named

STUDY_A = named("imaging-study-a").uid


class Images:
    """Requests to the places of one mount."""

    def __init__(self, root, session):
        self.root = root
        self.session = session

    def __call__(self, path, who="demo-patient-a", /, *, method="GET", data=None, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            sent["Authorization"] = f"Bearer {who}"
        url = path if path.startswith("http") else f"{self.root}{path}"
        return self.session.request(method, url, data=data, headers=sent, allow_redirects=False, timeout=10)

    def found(self, criteria, who="demo-patient-a", /, **headers):
        """Return the searchset of a search for studies."""
        answer = self(f"/imaging/fhir/ImagingStudy?{criteria}", who, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


def parts(answer):
    """Return head and body of each part of a multipart answer, over a socket or without."""
    type_ = answer.headers["content-type"]
    between = type_.rpartition("boundary=")[2].encode()
    content = answer.content
    assert content.endswith(b"\r\n--" + between + b"--\r\n")
    pieces = content.removesuffix(b"--\r\n").split(b"--" + between)
    split = (piece.removeprefix(b"\r\n").removesuffix(b"\r\n") for piece in pieces[1:-1])
    return [(head.decode(), body) for head, _, body in (piece.partition(b"\r\n\r\n") for piece in split)]
