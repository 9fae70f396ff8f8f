"""The command `phone load`: its options, what they may not be, and their meaning. Calls nobody itself."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.options import FiniteRange, Options, check_together, line_options, options_from
from simulator.cli.printing import print_line
from simulator.cli.refusal import Refusal

if TYPE_CHECKING:
    from simulator.load.plan import Person, Plan

FILE = click.Path(path_type=Path)
_MISSING = "phone load needs Locust: pip install 'okta-twilio-ivr[load]'"

OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option("--users", type=click.IntRange(1, 100_000), default=1, show_default=True, help="Callers at once."),
    click.option("--calls", type=click.IntRange(1), help="Total calls.  [default: unlimited]"),
    click.option("--time", "seconds", type=FiniteRange(0, min_open=True), help="Start no calls after so many seconds."),
    click.option("--rate", type=FiniteRange(0, min_open=True), help="Starts per second.  [default: users / 10]"),
    click.option("--pause", type=FiniteRange(0), default=1.0, show_default=True, help="Seconds between calls."),
    click.option("--grace", type=FiniteRange(0), default=120.0, show_default=True, help="Seconds for calls to finish."),
    click.option("--callers", metavar="NUMBERS", help="File with one number per line, or FIRST..LAST."),
    click.option("--target-allowed", "allowed", metavar="HOST", multiple=True, help="Host to allow besides loopback."),
    click.option("--page", type=click.IntRange(1, 65535), metavar="PORT", help="Locust's page on 127.0.0.1."),
    click.option("--report", metavar="OUT.json", type=FILE, help="Write the results as JSON."),
    click.option("--strict", is_flag=True, help="Fail a call on any debugger warning that no step expects."),
    click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="Value of ${NAME}; overrides vars:."),
    click.option("--master", is_flag=True, help="Coordinate workers on other machines."),
    click.option("--workers", type=click.IntRange(1), help="With --master: workers to wait for.  [default: 1]"),
    click.option("--worker", is_flag=True, help="Work for a master; give the same options as there."),
    click.option("--master-host", default="127.0.0.1", show_default=True, help="Where a master listens."),
    click.option("--master-port", default=5557, show_default=True, type=click.IntRange(1, 65535)),
)  # fmt: skip


def add_load(phone: click.Group) -> None:
    """Adds the command."""

    @phone.command()
    @click.argument("scripts", metavar="SCRIPT.yaml...", nargs=-1, required=True, type=FILE)
    @line_options
    @click.pass_obj
    def load(options: Options, /, scripts: tuple[Path, ...], **given: Any) -> int:  # click hands over what it parsed
        """Many callers at once, in real time, on Locust (extra `load`).

        \b
        Examples:
          phone load menu.yaml --url http://127.0.0.1:5000/voice --users 50 --time 60
          phone load sms.yaml --url http://127.0.0.1:5000/ivr/welcome --okta http://127.0.0.1:8443 \\
            --callers people.txt --users 20 --calls 200 --report load.json --page 8089
          phone load menu.yaml --url https://ivr.example.com/voice --target-allowed ivr.example.com
          phone load menu.yaml --url … --users 500 --master --workers 2     and on each machine:
          phone load menu.yaml --url … --worker --master-host 10.0.0.1

        Goes to loopback and to hosts that --target-allowed names, nowhere else. Callers play the scripts in turn.

        Exit code: 0 all as the scripts say, 1 a call failed, 2 wrong use, 130 interrupted (with the report so far).
        """
        return _load(scripts, check_together(options_from(given).over(options)), **given)

    for option in OPTIONS:
        option(load)


def _load(
    paths: tuple[Path, ...],
    options: Options,
    *,
    users: int,
    calls: int | None,
    seconds: float | None,
    rate: float | None,
    pause: float,
    grace: float,
    callers: str | None,
    allowed: tuple[str, ...],
    page: int | None,
    report: Path | None,
    strict: bool,
    variables: tuple[str, ...],
    master: bool,
    workers: int | None,
    worker: bool,
    master_host: str,
    master_port: int,
) -> int:
    _check(options, master=master, workers=workers, worker=worker, report=report, page=page)
    may_go_to = _allowed(options, allowed)
    _check_report(report, (*paths, *(() if callers is None else (Path(callers),))))
    try:
        import locust  # noqa: F401 - first of all: it changes what everything after it imports
    except ModuleNotFoundError:
        raise Refusal(_MISSING) from None
    from simulator.cli.outputs import write_or_tell
    from simulator.errors import SimulatorError
    from simulator.printable import json_text

    try:
        plan = _plan(paths, options, callers, may_go_to, variables, calls=calls, pause=pause, is_strict=strict)
        plan.check_users(users)
        from simulator.load.running import Effort, run

        effort = Effort(
            users=users,
            rate=rate or max(1.0, users / 10),
            seconds=seconds,
            grace=grace,
            page=page,
            role="master" if master else "worker" if worker else "alone",
            master=(master_host, master_port),
            workers=workers or 1,
        )
        came = run(plan, effort, lambda text: print_line(text, err=True))
        if came is None:
            return 0
    except SimulatorError as error:
        raise Refusal(str(error)) from None
    for line in came.table():
        print_line(line)
    is_written = report is None or write_or_tell(report, json_text(came.document, indent=2) + "\n")
    return came.exit_code if is_written else came.exit_code or 1


def _check(
    options: Options, *, master: bool, workers: int | None, worker: bool, report: Path | None, page: int | None
) -> None:
    if options.url is None:
        raise Refusal("phone load needs --url: the demo lives in one process, serve it with `ivr serve` first")
    if master and worker:
        raise Refusal("--master and --worker exclude each other: start the command once for each")
    if workers is not None and not master:
        raise Refusal("--workers goes with --master")
    if worker and (report is not None or page is not None):
        raise Refusal("--report and --page belong to the master: workers only call")
    if options.lenient or options.recordings:
        raise Refusal("--lenient and --recordings are not for load")
    if options.only_this_host:
        raise Refusal("--only-this-host is not for load, which reaches this machine and --target-allowed hosts only")


def _check_report(report: Path | None, inputs: tuple[Path, ...]) -> None:
    from simulator.errors import SimulatorError
    from simulator.files import check_outputs

    try:
        check_outputs({"--report": report}, inputs)
    except SimulatorError as error:
        raise Refusal(str(error)) from None


def _allowed(options: Options, hosts: tuple[str, ...]) -> frozenset[str]:
    """Collect the hosts besides loopback; raises Refusal when an option names another one."""
    from simulator.load.plan import TargetError, check_targets

    allowed = frozenset(host.casefold() for host in hosts)
    try:
        check_targets((options.url, options.fallback_url, options.status_callback, options.okta), allowed)
    except TargetError as error:
        raise Refusal(str(error)) from None
    return allowed


def _plan(
    paths: tuple[Path, ...],
    options: Options,
    callers: str | None,
    allowed: frozenset[str],
    variables: tuple[str, ...],
    *,
    calls: int | None,
    pause: float,
    is_strict: bool,
) -> "Plan":
    from simulator.callers.script.reading import read_scripts
    from simulator.cli.options import check_variables, read_variables
    from simulator.load.plan import Person, Plan
    from simulator.operator.operator import DEFAULT_AUTH_TOKEN

    assert options.url is not None
    given = read_variables(variables)
    people = () if callers is None else _people(callers)
    if options.caller is not None:
        if people:
            raise Refusal("--from and --callers exclude each other: both say who calls")
        people = (Person(options.caller),)
    scripts = tuple(script for path in paths for script in read_scripts(path, given))
    check_variables(given, scripts)
    return Plan(
        options.url,
        scripts,
        people,
        method=options.method or "POST",
        called=options.called,
        fallback_url=options.fallback_url,
        status_callback=options.status_callback,
        auth_token=options.auth_token or DEFAULT_AUTH_TOKEN,
        okta=options.okta,
        calls=calls,
        pause=pause,
        is_strict=is_strict,
        seed=options.first_seed,
        stir=options.stir,
        allowed=allowed,
    )


def _people(callers: str) -> "tuple[Person, ...]":
    from simulator.load.plan import people_in_range, read_people

    if callers.startswith("+") and ".." in callers:
        return people_in_range(callers)
    try:
        return read_people(Path(callers).read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Refusal(
            f"--callers {callers}: cannot be read: {reason}; it is a file of numbers, or FIRST..LAST"
        ) from None
