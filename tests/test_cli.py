"""What a person gets wrong on the command line: one clear message, exit code 2, never a traceback."""

import signal
import sys
from pathlib import Path

import certifi
import pytest

from conformance import cli
from conformance.run.recorder import Recorder


@pytest.fixture
def dermconf(capfd, monkeypatch):
    """Run the command line in this process and return exit code, output and complaints."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["dermconf", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return ended.value.code, out, err

    yield run
    signal.signal(signal.SIGTERM, before)


MISTAKES = [
    (["rnu"], "No such command 'rnu'. did you mean 'run'?"),
    (["run", "--tagret", "http://h/fhir"], "No such option"),
    (["run", "--role", "repositry"], "'repositry' is not one of"),
    (["run", "--formats", "html,jsno"], "there is no format 'jsno'\n      did you mean 'json'?"),
    (["run", "--formats", "pdf"], "there is no format 'pdf'\n      known: "),
    (["run", "--token-env", "DERMCONF_NOT_SET"], "the environment variable 'DERMCONF_NOT_SET' is not set"),
    (["run", "--token-env", "DERMCONF_EMPTY"], "the environment variable 'DERMCONF_EMPTY' is empty"),
    (["run", "--token-env", "secret.abc=="], "no name of a variable (did you paste the token itself?)"),
    (["run", "--ca", "/nonexistent/ca.pem"], "'/nonexistent/ca.pem' holds no certificate that can be read"),
    (["run", "--token-env", "DERMCONF_BAD"], "holds characters that no token has"),
    (["run", "--target", "ftp://h/fhir"], "is no http or https address"),
    (["run", "--target", "http://"], "is no http or https address"),
    (["run", "--target", "http://h:99999/fhir"], "is no http or https address"),
    (["run", "--target", "http://h:0/fhir"], "is no http or https address"),
    (["run", "--target", "http://[::1/fhir"], "is no http or https address"),
    (["run", "--target", "http://me:secret@h/fhir"], "the address holds a user name or password"),
    (["run", "--target", "http://h/fhir?x=1"], "a base URL has no query and no fragment"),
    (["run", "--target", "http://h/fhir#x"], "a base URL has no query and no fragment"),
    (["run", "--target", ""], "--target is empty\n      is the variable set that it comes from?"),
    (["run", "--target", " "], "--target is empty"),
    (["doctor", "--target", ""], "--target is empty"),
    (["run", "-n", "0"], "is not in the range"),
    (["run", "--timeout", "soon"], "is not a valid float"),
    (["run", "--timeout", "nan"], "'nan' is no number"),
    (["run", "--rate", "NaN"], "'NaN' is no number"),
    (
        ["run", "testcases/serch", "--target", "http://h/fhir"],
        "testcases/serch: there is no such file or folder",
    ),
    (["run", "--evidence", "hearsay"], "'hearsay' is not one of"),
    (["prove", "--fault", "nosuchfault"], "there is no fault 'nosuchfault'"),
    (["prove", "--variation", "no-pach"], "did you mean 'no-patch'?"),
    (["serve", "--port", "99999"], "is not in the range"),
    (["serve", "--port", "0", "--database", "/nonexistent/data.db"], "/nonexistent/data.db cannot be used: "),
    (["serve", "--port", "0", "--database", __file__], "cannot be used: file is not a database"),
    (["serve", "--fault", "nosuchfault"], "there is no fault 'nosuchfault'"),
    (["judge", "/nonexistent/run.jsonl"], "the record cannot be read: No such file or directory"),
    (["report", "/nonexistent/run.jsonl"], "the record cannot be read: No such file or directory"),
    (["cleanup", "/nonexistent/run.jsonl"], "the record cannot be read: No such file or directory"),
    (["judge", __file__], "this line is not an event"),
    (["cleanup", __file__], "this line is not an event"),
]


@pytest.mark.parametrize(
    ("arguments", "said"), MISTAKES, ids=lambda p: " ".join(p) if isinstance(p, list) else ""
)
def test_a_mistake_is_told_in_one_message(arguments, said, dermconf, monkeypatch):
    monkeypatch.setenv("DERMCONF_BAD", "not a token")
    monkeypatch.setenv("DERMCONF_EMPTY", " ")
    code, out, err = dermconf(*arguments)
    assert code == 2
    assert said in err
    assert out == ""
    assert "Traceback" not in err
    assert "secret" not in err


CONFIG = "targets: {staging: {base: 'https://a.example/fhir'}, production: {base: 'https://b.example/fhir'}}"
OWN = "run tests its own embedded server"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--config", "own.yaml"), "own.yaml: --config says how a target is reached, and none is named"),
        (("--config", "own.yaml"), "--target NAME; own.yaml has staging, production. Without --config, "),
        (("--config", "own.yaml", "--token-env", "T"), "own.yaml: --config says"),
        (("--config", "none.yaml"), "none.yaml: the file cannot be read: No such file or directory"),
        (("--token-env", "T"), "dermconf: --token-env says how a target is reached, and none is named"),
        (("--token-env", "T"), f"--target NAME; dermconf.yaml has here. Without --token-env, {OWN}"),
        (("--ca", "ca.pem"), "--ca says how a target is reached, and none is named"),
    ],
)
def test_nobody_means_the_embedded_server_who_says_how_another_is_reached(
    options, told, dermconf, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("T", "a-token")
    (tmp_path / "own.yaml").write_text(CONFIG)
    (tmp_path / "ca.pem").write_text(Path(certifi.where()).read_text())
    (tmp_path / "dermconf.yaml").write_text("targets: {here: {base: 'https://c.example/fhir'}}")
    code, out, err = dermconf("run", *options)
    assert (code, out) == (2, "")
    assert told in err


@pytest.mark.parametrize("text", [None, "targets: ["])
def test_a_credential_without_a_target_is_told_without_a_file_too(text, dermconf, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("T", "a-token")
    if text:
        (tmp_path / "dermconf.yaml").write_text(text)
    code, _, err = dermconf("run", "--token-env", "T")
    assert (code, "--target URL, or --target NAME of dermconf.yaml" in err) == (2, True)


def test_a_file_that_lies_in_the_folder_names_no_target_by_itself(dermconf, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dermconf.yaml").write_text(CONFIG)
    code, out, _ = dermconf("run", "-k", "capability/versioning", "--formats", "json")
    assert code == 0
    assert "target     embedded" in out


def test_userinfo_is_never_repeated(dermconf):
    assert "secret" not in "".join(map(str, dermconf("run", "--target", "http://me:secret@h/fhir")))


def test_a_report_folder_that_cannot_be_written(dermconf, tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    code, _, err = dermconf("run", "--target", "http://127.0.0.1:9/fhir", "--report-dir", file)
    assert code == 2
    assert f"{file}: no report can be written here" in err


def test_a_report_folder_in_use(dermconf, tmp_path):
    with Recorder(tmp_path):
        code, _, err = dermconf("run", "--target", "http://127.0.0.1:9/fhir", "--report-dir", tmp_path)
    assert (code, "another run is writing here" in err) == (2, True)


@pytest.mark.parametrize(
    ("expression", "said"),
    [("nosuchscenario", "selects no scenario"), ("and(", "is no expression"), ("a b", "is no expression")],
)
def test_a_selection_of_nothing(expression, said, dermconf, tmp_path):
    code, _, err = dermconf(
        "run", "--target", "http://127.0.0.1:9/fhir", "-k", expression, "--report-dir", tmp_path
    )
    assert code == 2
    assert f"-k '{expression}' {said}" in err
    assert "Traceback" not in err


def test_a_folder_without_scenarios_is_told_and_nothing_in_it_is_run(dermconf, tmp_path, monkeypatch):
    (tmp_path / "test_foreign.py").write_text("raise SystemExit('this must not run')\n")
    monkeypatch.chdir(tmp_path)
    code, _, err = dermconf("run", tmp_path, "--target", "http://127.0.0.1:9/fhir")
    assert (code, f"there is no scenario in {tmp_path}" in err) == (2, True)


@pytest.mark.parametrize("name", list(cli._COMMANDS))
def test_every_command_explains_itself(name, dermconf):
    code, out, err = dermconf(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: ")


def test_help_names_every_command_without_loading_any(dermconf):
    _, out, _ = dermconf("--help")
    assert all(f"  {name} " in out for name in cli._COMMANDS)


def test_an_interrupt_is_told_without_a_traceback(dermconf, monkeypatch):
    def interrupted(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "group", interrupted)
    code, _, err = dermconf()
    assert (code, err.strip()) == (4, "dermconf: interrupted")
