"""Scripted calls from the command line: reads the scripts, plays them one by one, prints, writes files."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import click

from simulator.callers.script.playing import Finished, Settings, run_call
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.reports import check_writable, write_file, write_journal, write_junit, write_report
from simulator.callers.script.result import CallResult
from simulator.callers.script.script import Script
from simulator.cli.annotations import annotation, in_workspace
from simulator.cli.networks import network_of
from simulator.cli.options import Options
from simulator.cli.refusal import Refusal
from simulator.cli.variables import check_variables
from simulator.errors import SimulatorError
from simulator.explorer.coverage import Coverage
from simulator.network import OpenNetwork
from simulator.wires.wire import WireError

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Files:
    """Where to write what; None is not written."""

    report: Path | None = None
    junit: Path | None = None
    journal: Path | None = None
    coverage: Path | None = None

    def check(self) -> None:
        """Raises WrongUseError for a file that could not be written in the end."""
        for path in (self.report, self.junit, self.journal, self.coverage):
            if path is not None:
                check_writable(path)

    def write(self, results: Sequence[CallResult]) -> None:
        """Every file, even when one of them cannot be written; the first trouble is raised at the end."""
        troubles: list[SimulatorError] = []
        writers = (
            (self.journal, write_journal),
            (self.report, write_report),
            (self.junit, write_junit),
            (self.coverage, _write_coverage),
        )
        for path, write in writers:
            if path is not None:
                try:
                    write(path, results)
                except SimulatorError as error:
                    troubles.append(error)
        if troubles:
            raise troubles[0]


def _write_coverage(path: Path, results: Sequence[CallResult]) -> None:
    write_file(path, _coverage(results).to_json())


def _coverage(results: Sequence[CallResult]) -> Coverage:
    """Which options of which menus the calls took."""
    coverage = Coverage()
    for result in results:
        coverage.add(result.journal.entries)
    return coverage


def call_scripts(
    paths: Sequence[Path],
    options: Options,
    demo: OpenNetwork | None,
    *,
    files: Files,
    variables: dict[str, str],
    is_realtime: bool,
    is_strict: bool,
    is_unmasked: bool,
    has_annotations: bool = False,
) -> int:
    """Play every call of every file; returns the exit code. Raises Refusal."""
    settings = Settings(
        caller=options.caller,
        called=options.called,
        seed=options.first_seed,
        is_strict=is_strict,
        is_unmasked=is_unmasked,
        secrets=() if options.auth_token is None else (options.auth_token,),
        pace=asyncio.sleep if is_realtime else None,
    )
    results: list[CallResult] = []

    def finished(result: CallResult) -> None:
        results.append(result)
        show(result)
        if has_annotations and not result.ok:
            click.echo(annotated(result, os.environ))

    try:
        files.check()
        scripts = [script for path in paths for script in read_scripts(path, variables)]
        check_variables(variables, scripts)
        try:
            return _play(scripts, _networks(options, demo), settings, finished)
        finally:
            try:
                files.write(results)  # first: a closed pipe must not cost the journal
            finally:
                if results:
                    click.echo(summary(results))
                if results and files.coverage is not None:
                    click.echo(f"call tree: {_coverage(results).summary()}")
    except (SimulatorError, WireError) as error:
        raise Refusal(str(error)) from None


def _networks(options: Options, demo: OpenNetwork | None) -> Callable[[Script], OpenNetwork]:
    """The network for a script: an application behind a URL has whatever number the script calls."""
    return lambda script: network_of(replace(options, called=options.called or script.called), demo)


def _play(
    scripts: Sequence[Script], network_for: Callable[[Script], OpenNetwork], settings: Settings, finished: Finished
) -> int:
    stopped_by: list[int] = []

    async def all_calls() -> int:
        _when_stopped(stopped_by)
        results = [
            await run_call(
                script, network_for(script), replace(settings, seed=settings.seed + position), finished=finished
            )
            for position, script in enumerate(scripts)
        ]
        return 0 if all(result.ok for result in results) else 1

    try:
        return asyncio.run(all_calls())
    except KeyboardInterrupt:
        return INTERRUPTED
    except asyncio.CancelledError:
        return 128 + stopped_by[0] if stopped_by else INTERRUPTED


def _when_stopped(stopped_by: list[int]) -> None:
    """Signals that would end the process at once cancel the running call instead, so that it hangs up and reports."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop(number: int) -> None:
        stopped_by.append(number)
        if task is not None:
            task.cancel()

    for name in ("SIGTERM", "SIGHUP"):
        with suppress(
            NotImplementedError, RuntimeError, ValueError, AttributeError
        ):  # not everywhere, not off the main thread
            loop.add_signal_handler(getattr(signal, name), stop, int(getattr(signal, name)))


def show(result: CallResult) -> None:
    """One line for a call, and what went wrong below it."""
    word = click.style("ok", fg="green") if result.ok else click.style("FAILED", fg="red", bold=True)
    seconds = f"{result.virtual_seconds:.1f} s virtual, {result.wall_seconds * 1000:.0f} ms"
    click.echo(f"{word} {result.script.name}  {click.style(seconds, dim=True)}")
    message = result.message()
    if message is None or result.failure is None:
        return
    for line in message.splitlines():
        click.echo(f"  {line}")
    if result.failure.transcript:
        click.echo("  transcript:")
    for line in result.failure.transcript:
        click.echo(f"  {line}")


def annotated(result: CallResult, environ: Mapping[str, str]) -> str:
    """What GitHub shows of a failed call beside the step that failed: the reason and the transcript."""
    failure = result.failure
    assert failure is not None
    line = None if failure.step is None else failure.step.line
    text = "\n".join((result.message() or "", *failure.transcript))
    file = in_workspace(Path(result.script.file), environ)
    return annotation("error", f"phone call: {result.script.name}", text, file, line)


def summary(results: Sequence[CallResult]) -> str:
    """How many calls, how many of them well; a sentence for each address where nobody answered."""
    good = sum(each.ok for each in results)
    bad = len(results) - good
    calls = f"{len(results)} call{'' if len(results) == 1 else 's'}"
    virtual, wall = sum(each.virtual_seconds for each in results), sum(each.wall_seconds for each in results)
    counts = f"{good} ok" + (f", {bad} failed" if bad else "")
    lines = [f"{calls}: {counts}, {virtual:.1f} s virtual, {wall * 1000:.0f} ms"]
    lines += dict.fromkeys(sentence for each in results if (sentence := _unreached(each)))
    return "\n".join(lines)


def _unreached(result: CallResult) -> str | None:
    """The application did not answer the very first request, although nothing was broken on purpose."""
    record = result.record
    if result.script.troubles or record is None or not record.requests or record.requests[0].trip.status is not None:
        return None
    code = next((f" (Twilio's code {warning.code})" for warning in record.warnings if warning.code), "")
    trouble = record.requests[0].trip.error
    return f"Nobody answered: {trouble}{code}; start the application or correct its URL (callers hear an announcement)."
