"""The command `dermconf`: a group whose commands are loaded only when they are called."""

from __future__ import annotations

import signal
import sys
from importlib import import_module

import click

from conformance import __version__
from conformance.problem import Problem, Problems

# Name → module of conformance.commands and the sentence that `--help` shows.
_COMMANDS = {
    "run": ("run", "Test a FHIR server (without --target: the embedded one)."),
    "doctor": ("doctor", "Look at a target before any test, and say what to do."),
    "validate": ("validate", "Judge files by the profiles that they claim, without a server."),
    "sample": ("sample", "Make annotations of a table of ISIC metadata."),
    "serve": ("serve", "Start the embedded reference server."),
    "prove": ("prove", "Show that every check can fail: run the suite against every fault."),
    "list": ("listing", "List scenarios, requirements, faults or kinds of checks."),
    "explain": ("explain", "Say what a requirement asks, where it stands, and what tests it."),
    "lint": ("lint", "Check scenario files without running them."),
    "schema": ("schema", "Say where the JSON Schema of the scenario language lies."),
    "baseline": ("baseline", "Write what would have to be accepted of a recorded run."),
    "diff": ("diff", "Say what changed between recorded runs."),
    "judge": ("judge", "Judge a recorded run again, offline."),
    "report": ("report", "Draw the reports of a recorded run again."),
    "keys": ("keys", "Make a key pair for SMART Backend Services."),
    "cleanup": ("cleanup", "Delete what a broken run left on the server."),
}


class _Lazy(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which people need them."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None for an unknown name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"conformance.commands.{_COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or complain with the nearest name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from conformance.problem import did_you_mean  # noqa: PLC0415 - only for a misspelt command

            hint = did_you_mean(args[0], _COMMANDS)
            raise click.UsageError(f"{error.message} {hint}".strip(), ctx) from None


@click.command(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True},
)
@click.version_option(__version__, prog_name="dermconf", message="%(prog)s %(version)s")
def group() -> None:
    """Test FHIR servers that hold dermatology image annotations."""


def main() -> None:
    """Run the command line; a complaint is printed as one, never as a traceback."""
    # What SIGTERM interrupts is unwound, too: the embedded server ends, and files are closed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = group(standalone_mode=False)
    except (Problem, Problems) as problem:
        click.echo(f"dermconf: {problem}", err=True)
        code = 2
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("dermconf: interrupted", err=True)
        code = 4
    sys.exit(code if isinstance(code, int) else 0)
