import io

from conformance.render.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_one_line_for_each_scenario():
    log = io.StringIO()
    progress = Progress(log, 12)
    progress.finished("search/by-source[Media]", "pass", 0.041)
    progress.finished("crud/patch", "out-of-reach", 2.0)
    progress.done()
    assert log.getvalue() == (
        " 1/12 PASS          search/by-source[Media]  41 ms\n 2/12 OUT-OF-REACH  crud/patch  2.0 s\n"
    )


def test_a_terminal_keeps_only_the_lines_of_what_went_wrong():
    terminal = Terminal()
    progress = Progress(terminal, 2)
    progress.finished("a", "pass", 0.1)
    progress.finished("b", "fail", 0.1)
    progress.done()
    assert "PASS" not in terminal.getvalue()
    assert "FAIL          b  100 ms\n" in terminal.getvalue()
    assert terminal.getvalue().endswith("2/2 1 pass, 1 fail\r\x1b[2K")
