"""An archive gives back what was written, reads no more than it must, and is the same bytes every time."""

from conformance.definitions.archive import Archive, write

SHARDS = {
    "one": {"http://example.org/a": {"name": "a"}},
    "two": {"http://example.org/b": {"name": "b"}, "http://example.org/c": {"name": "ç"}},
}


def test_what_was_written_is_found_by_its_url(tmp_path):
    write(tmp_path / "x.zip", SHARDS)
    archive = Archive(tmp_path / "x.zip")
    assert list(archive.urls) == ["http://example.org/a", "http://example.org/b", "http://example.org/c"]
    assert archive.get("http://example.org/c") == {"name": "ç"}
    assert archive.get("http://example.org/d") is None


def test_a_definition_is_shared_between_those_who_ask(tmp_path):
    write(tmp_path / "x.zip", SHARDS)
    archive = Archive(tmp_path / "x.zip")
    assert archive.get("http://example.org/b") is archive.get("http://example.org/b")


def test_the_same_definitions_make_the_same_bytes(tmp_path):
    for name in ("x.zip", "y.zip"):
        write(tmp_path / name, SHARDS)
    assert (tmp_path / "x.zip").read_bytes() == (tmp_path / "y.zip").read_bytes()
