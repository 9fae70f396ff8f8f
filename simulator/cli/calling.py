"""Scripted calls from the command line: reads the scripts, plays them one by one, says how each went."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.callers.script.playing import Finished, Settings, run_call
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.result import CallResult
from simulator.callers.script.script import Script
from simulator.cli.networks import network_of
from simulator.cli.options import Options, check_variables
from simulator.cli.outputs import Files, Outputs
from simulator.cli.printing import Part, annotation, in_workspace, nobody_answered, print_command, print_line
from simulator.cli.refusal import Refusal
from simulator.errors import SimulatorError
from simulator.network import OpenNetwork
from simulator.stopping import LAST_WORDS, Stopped, run, seconds_to_leave
from simulator.wires.wire import WireError

if TYPE_CHECKING:
    from simulator.explorer.coverage import Coverage


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
        last_words=seconds_to_leave(os.environ) * LAST_WORDS,
    )
    tally, coverage = Tally(), None if files.coverage is None else _coverage()
    try:
        files.check(paths)
        read = cache(partial(read_scripts, variables=variables))  # a file that is given again costs nothing
        scripts = [script for path in paths for script in read(path)]
        check_variables(variables, scripts)
        outputs = Outputs(files, coverage, lambda sentence: print_line(f"phone: {sentence}", err=True))

        def finished(result: CallResult) -> None:
            outputs.add(result)  # first: a closed pipe must not cost the journal
            tally.add(result)
            show(result)
            if has_annotations and not result.ok:
                print_command(annotated(result, os.environ))

        try:
            code = _play(scripts, _networks(options, demo), settings, finished)
        finally:
            try:
                outputs.close()
            finally:
                for line in tally.lines():
                    print_line(line)
                if tally.calls and coverage is not None:
                    print_line(f"call tree: {coverage.summary()}")
        return code if outputs.is_whole else code or 1
    except (SimulatorError, WireError) as error:
        raise Refusal(str(error)) from None


def _coverage() -> "Coverage":
    from simulator.explorer.coverage import Coverage  # only where it is asked for

    return Coverage()


def _networks(options: Options, demo: OpenNetwork | None) -> Callable[[Script], OpenNetwork]:
    """Return the network for a script: an application behind a URL has whatever number the script calls."""
    return lambda script: network_of(replace(options, called=options.called or script.called), demo)


def _play(
    scripts: Sequence[Script], network_for: Callable[[Script], OpenNetwork], settings: Settings, finished: Finished
) -> int:
    async def all_calls() -> int:
        code = 0
        for position, script in enumerate(scripts):
            its_own = replace(settings, seed=settings.seed + position)
            result = await run_call(script, network_for(script), its_own, finished=finished)
            code = code if result.ok else 1
        return code

    try:
        return run(all_calls(), within=seconds_to_leave(os.environ))
    except Stopped as stopped:
        return stopped.code


def show(result: CallResult) -> None:
    """Print one line for a call, and below it what went wrong."""
    word: Part = ("ok", "good") if result.ok else ("FAILED", "bad")
    seconds = f"{result.virtual_seconds:.1f} s virtual, {result.wall_seconds * 1000:.0f} ms"
    print_line(word, f" {result.script.name}  ", (seconds, "soft"))
    message = result.message()
    if message is None or result.failure is None:
        return
    for line in message.splitlines():
        print_line(f"  {line}")
    if result.failure.transcript:
        print_line("  transcript:")
    for line in result.failure.transcript:
        print_line(f"  {line}")


def annotated(result: CallResult, environ: Mapping[str, str]) -> str:
    """Write what GitHub shows of a failed call beside the step that failed: the reason and the transcript."""
    failure = result.failure
    assert failure is not None
    line = None if failure.step is None else failure.step.line
    text = "\n".join((result.message() or "", *failure.transcript))
    file = in_workspace(Path(result.script.file), environ)
    return annotation("error", f"phone call: {result.script.name}", text, file, line)


@dataclass(slots=True)
class Tally:
    """How many calls there were, how many of them well, how long they took, and where nobody answered."""

    good: int = 0
    bad: int = 0
    virtual_seconds: float = 0.0
    wall_seconds: float = 0.0
    unreached: dict[str, None] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        return self.good + self.bad

    def add(self, result: CallResult) -> None:
        """Count one more."""
        self.good += result.ok
        self.bad += not result.ok
        self.virtual_seconds += result.virtual_seconds
        self.wall_seconds += result.wall_seconds
        if sentence := _unreached(result):
            self.unreached[sentence] = None

    def lines(self) -> list[str]:
        """Say how many there were; nothing of none."""
        if not self.calls:
            return []
        calls = f"{self.calls} call{'' if self.calls == 1 else 's'}"
        counts = f"{self.good} ok" + (f", {self.bad} failed" if self.bad else "")
        seconds = f"{self.virtual_seconds:.1f} s virtual, {self.wall_seconds * 1000:.0f} ms"
        return [f"{calls}: {counts}, {seconds}", *self.unreached]


def _unreached(result: CallResult) -> str | None:
    """Tell whether the application did not answer the very first request, although nothing was broken on purpose."""
    record = result.record
    if result.script.troubles or record is None or not record.requests or record.requests[0].trip.status is not None:
        return None
    code = next((warning.code for warning in record.warnings if warning.code), None)
    return nobody_answered(str(record.requests[0].trip.error), code)
