"""The root command: global options, the command list, and how errors end."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from hybrid_tui import __version__
from hybrid_tui.cli import (
    address_space,
    bias,
    cache,
    compare,
    data,
    diagnose,
    doctor,
    evaluate,
    evaluations,
    evidence,
    expand,
    explore,
    jobs,
    keys,
    models,
    mteb,
    output,
    report,
    runs,
    search,
    serve,
    train,
    tune,
    verdict,
)
from hybrid_tui.errors import Cancelled, HybridTuiError, explained

PROGRAM = "hybrid-tui"
"""Also where it was started as `python -m hybrid_tui`, which a shell could not complete."""
app = typer.Typer(
    name=PROGRAM,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich would double the time of --help
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(explore.explore)
app.command()(serve.serve)
app.command()(search.search)
app.command()(train.train)
app.command()(train.sweep)
app.command()(evaluate.evaluate)
app.command()(compare.compare)
app.command()(tune.tune)
app.command()(evidence.evidence)
app.command()(bias.bias)
app.command()(diagnose.diagnose)
app.command()(verdict.verdict)
app.command()(report.report)
app.command()(expand.expand)
app.command()(mteb.mteb)
app.add_typer(jobs.app, name="jobs")
app.add_typer(runs.app, name="runs")
app.add_typer(evaluations.app, name="evaluations")
app.add_typer(data.app, name="data")
app.add_typer(models.app, name="models")
app.add_typer(cache.app, name="cache")
app.command()(keys.keys)
app.command()(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        output.line(f"hybrid-tui {__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
    _debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Compare, measure and train multilingual retrievers in the terminal."""
    from hybrid_tui import settings

    output.note(address_space.notes())
    settings.sweep()


def main() -> None:
    """Run the command line: exit code 2 for usage, 1 for failure, 130 for Ctrl-C; tracebacks on --debug."""
    output.guard()
    debug = "--debug" in sys.argv
    try:
        try:
            app(prog_name=PROGRAM)
        finally:
            sys.stdout.flush()
    except (KeyboardInterrupt, Cancelled):
        _say("stopped")
        sys.exit(130)
    except BrokenPipeError:
        _write_nowhere()
        sys.exit(0)
    except Exception as error:
        if debug:
            raise
        known = explained(error) or HybridTuiError(
            f"{type(error).__name__}: {error}", "--debug before the command shows where"
        )
        _say(f"error: {known}", f"hint: {known.hint}" if known.hint else "")
        _write_nowhere()
        sys.exit(known.exit_code)


def _write_nowhere() -> None:
    """Let what is left of the output go to where it can be written: the interpreter tries at its end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(*lines: str) -> None:
    for line in filter(None, lines):
        output.error_line(line)
