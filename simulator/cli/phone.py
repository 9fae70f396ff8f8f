"""The `phone` command: without a subcommand the terminal phone, with `call` scripted calls. Parses and checks."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.explore import add_explore
from simulator.cli.exporting import add_export
from simulator.cli.load import add_load
from simulator.cli.networks import network_of
from simulator.cli.options import (
    Options,
    check_together,
    check_url,
    line_options,
    options_from,
    read_variables,
    watch_for,
)
from simulator.cli.printing import print_line
from simulator.cli.refusal import OneSentenceGroup, Refusal

if TYPE_CHECKING:
    from simulator.network import OpenNetwork

Screen = Callable[..., int]
"""Shows the terminal phone: `screen(open_network, seed=, caller=, called=, light=, voice=)`; returns the exit code."""


def make_phone(
    demo: "OpenNetwork | None" = None,
    screen: Screen | None = None,
    *,
    replayed: "Callable[[], OpenNetwork] | None" = None,
    demo_scripts: Sequence[Path] = (),
) -> click.Group:
    """Make the command group. `demo` is called when no URL is given; `screen` is the simulator's own unless given.

    `demo_scripts` are what `phone call --demo` plays. `replayed` opens the demo for explorers, who call it hundreds of
    times: quickly, and a fresh one every time.
    """

    @click.group(
        cls=OneSentenceGroup,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @line_options
    @click.version_option(package_name="okta-twilio-ivr", message="%(prog)s %(version)s")
    @click.option("--light", is_flag=True, help="Light theme.")
    @click.option("--voice", is_flag=True, help="With sound: prompts are read aloud, keys beep.")
    @click.option("--web", "in_browser", is_flag=True, help="Open in a browser instead of this terminal.")
    @click.option(
        "--web-port", type=click.IntRange(0, 65535), help="Where --web listens; 0: anywhere.  [default: 8000]"
    )
    @click.option("--network", metavar="URL", help="Attach to a network served by `phone network`.")
    @click.option(
        "--journal",
        metavar="OUT.jsonl",
        type=click.Path(path_type=Path),
        help="Record everything that happens, with secrets masked.",
    )
    @click.option("--replay", metavar="IN.jsonl", type=click.Path(path_type=Path), help="Replay a recording.")
    @click.option(
        "--keep", type=click.IntRange(min=1), metavar="N", help="How many finished calls to keep.  [default: 50]"
    )
    @click.option(
        "--reload",
        metavar="[PATH]",
        is_flag=False,
        flag_value="",
        help="Redial when the application restarts, or when files under PATH change.",
    )
    @click.pass_context
    def phone(
        context: click.Context,
        /,
        light: bool,
        voice: bool,
        in_browser: bool,
        web_port: int | None,
        network: str | None,
        journal: Path | None,
        replay: Path | None,
        keep: int | None,
        reload: str | None,
        **given: Any,  # click hands over what it parsed
    ) -> int:
        """A telephone for voice webhooks: calls an application as Twilio would.

        \b
        Examples:
          phone                                          the demo, offline
          phone --url http://127.0.0.1:5000/ivr/welcome  any application
          phone --url http://127.0.0.1:5000/voice --reload app.py   redial when it changes
          phone call docs/calls/sms.yaml                 a scripted call, without a screen
          phone --web                                    the demo in a browser
          phone --journal demo.jsonl                     record what happens
          phone --replay demo.jsonl                      show it again
          phone explore                                  every path through the demo
        """
        if "NO_COLOR" in os.environ:
            context.color = False
        context.obj = options_from(given)
        if context.invoked_subcommand is not None:
            _check_alone(context.invoked_subcommand, network, journal, replay, keep, reload)
            return 0
        options = check_together(context.obj)
        if web_port is not None and not in_browser:
            raise Refusal("--web-port goes with --web")
        more: dict[str, Any] = {} if keep is None else {"keep": keep}
        if reload is not None:
            more["watch"] = watch_for(options, reload, journal)
        if in_browser:
            from simulator.cli.web import DEFAULT_PORT, serve_phone

            web_port = DEFAULT_PORT if web_port is None else web_port
            return serve_phone(sys.orig_argv, token=options.auth_token, port=web_port)
        show = partial(screen or _show, seed=options.first_seed, light=light, voice=voice, **more)
        if replay is not None:
            return _replay(show, replay, options, journal)
        opened = network_of(options, demo) if network is None else _attached(network, options)
        show = partial(show, opened, caller=options.caller, called=options.called)
        return show() if journal is None else _record(show, journal)

    @phone.command()
    @click.argument("scripts", metavar="SCRIPT.yaml...", nargs=-1, type=click.Path(path_type=Path))
    @line_options
    @click.option("--demo", "with_demo", is_flag=True, help="Play the demo's own scripts.")
    @click.option("--report", metavar="OUT.json", type=click.Path(path_type=Path), help="Write the results as JSON.")
    @click.option("--junit", metavar="OUT.xml", type=click.Path(path_type=Path), help="Write the results as JUnit XML.")
    @click.option("--journal", metavar="OUT.jsonl", type=click.Path(path_type=Path), help="Write every event.")
    @click.option(
        "--coverage", metavar="OUT.json", type=click.Path(path_type=Path), help="Write which menus and keys were used."
    )
    @click.option("--github/--no-github", default=None, help="Annotate failures.  [default: in GitHub Actions]")
    @click.option("--realtime", is_flag=True, help="Run in real time.")
    @click.option("--strict", is_flag=True, help="Fail a call on any debugger warning that no step expects.")
    @click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="Value of ${NAME}; overrides vars:.")
    @click.option("--unmasked", is_flag=True, help="Show and write codes, PINs and tokens as they are.")
    @click.pass_obj
    def call(
        options: Options,
        /,
        scripts: tuple[Path, ...],
        with_demo: bool,
        report: Path | None,
        junit: Path | None,
        journal: Path | None,
        coverage: Path | None,
        github: bool | None,
        realtime: bool,
        strict: bool,
        variables: tuple[str, ...],
        unmasked: bool,
        **given: Any,  # click hands over what it parsed
    ) -> int:
        """Play call scripts and check what they expect; time is virtual unless --realtime.

        \b
        Examples:
          phone call --demo
          phone call docs/calls/*.yaml
          phone call sms.yaml --url http://127.0.0.1:5000/voice --report out.json
          phone call sms.yaml --var greeting=Hello --strict --junit results.xml

        Exit code: 0 all went as expected, 1 something did not, 2 wrong use, 130 interrupted.
        """
        from simulator.cli.calling import call_scripts
        from simulator.cli.outputs import Files
        from simulator.cli.printing import are_wanted

        return call_scripts(
            (*(_installed(demo_scripts) if with_demo else ()), *_given(scripts, is_needed=not with_demo)),
            check_together(options_from(given).over(options)),
            demo,
            files=Files(report, junit, journal, coverage),
            variables=read_variables(variables),
            is_realtime=realtime,
            is_strict=strict,
            is_unmasked=unmasked,
            has_annotations=are_wanted(github, os.environ),
        )

    add_export(phone)
    add_load(phone)
    add_explore(phone, replayed or (None if demo is None else lambda: demo))
    return phone


def _installed(scripts: Sequence[Path]) -> Sequence[Path]:
    if not scripts:
        raise Refusal("--demo: no call scripts are installed here; name a SCRIPT.yaml")
    return scripts


def _given(scripts: Sequence[Path], *, is_needed: bool) -> Sequence[Path]:
    if is_needed and not scripts:
        raise Refusal("name a SCRIPT.yaml, or say --demo for the demo's own calls")
    return scripts


def _check_alone(
    subcommand: str,
    network: str | None,
    journal: Path | None,
    replay: Path | None,
    keep: int | None,
    reload: str | None,
) -> None:
    """Options of the screen mean nothing to a subcommand."""
    for name, value in (
        ("--network", network),
        ("--journal", journal),
        ("--replay", replay),
        ("--keep", keep),
        ("--reload", reload),
    ):
        if value is not None:
            hint = f"; write phone {subcommand} … {name}" if name == "--journal" and subcommand == "call" else ""
            raise Refusal(f"{name} before {subcommand} belongs to the terminal phone{hint}")


def _attached(url: str, options: Options) -> "OpenNetwork":
    from simulator.network import CALLER
    from simulator.remote import attached

    if options != Options(caller=options.caller, called=options.called):
        raise Refusal("--network goes with --from, --to, --light, --voice, --journal and --keep")
    check_url("--network", url)
    return attached(url, options.caller or CALLER)


def _record(show: Screen, path: Path) -> int:
    from simulator.errors import SimulatorError
    from simulator.phone.recorder import Recorder

    try:
        recorder = Recorder(path)
    except SimulatorError as error:
        raise Refusal(str(error)) from None
    try:
        code = show(recorder=recorder)
    finally:
        recorder.close()
    if recorder.trouble is not None:
        print_line(f"phone: {recorder.trouble}", err=True)
        return code or 1
    return code


def _replay(show: Screen, path: Path, options: Options, journal: Path | None) -> int:
    from simulator.errors import SimulatorError
    from simulator.operator.journal import read_journal
    from simulator.phone.tape import clock_of, playing

    if options != Options(seed=options.seed) or journal is not None:
        raise Refusal("--replay calls nobody: it goes with --light, --keep and nothing else")
    try:
        entries = read_journal(path)
        network = playing(entries, path.name)
    except SimulatorError as error:
        raise Refusal(str(error)) from None
    return show(network, make_clock=partial(clock_of, entries))


def _show(*network: Any, **options: Any) -> int:  # see Screen
    """Show the simulator's own screen; raises Refusal where there is no terminal for it."""
    from simulator.phone.terminal import missing_terminal

    if (trouble := missing_terminal(os.environ)) is not None:
        raise Refusal(f"{trouble}; phone call plays calls without a screen, phone --web in a browser")
    if find_spec("textual") is None:
        raise Refusal("the screen needs Textual: pip install 'okta-twilio-ivr[phone]'; phone call does without")
    from simulator.phone.screen import run

    return run(*network, **options)
