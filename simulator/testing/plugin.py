"""The pytest plugin: a telephone for tests, bound to the project's voice application. Idle unless a test asks for it.

pytest imports this module in every project of the environment, so everything else is imported when it is used.
PYTEST_DONT_REWRITE: no assertion here is a test's, and the module may have been imported before pytest sees it.
"""

import asyncio
import functools
import inspect
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from simulator.exchange.exchange import Exchange
    from simulator.mobile import Mobile
    from simulator.operator.clock import ManualClock
    from simulator.operator.journal import Journal
    from simulator.testing.commands import Commands, Started
    from simulator.testing.line import Line
    from simulator.testing.marker import Call
    from simulator.testing.synchronous import Loop, Phone
    from simulator.testing.telephone import AsyncPhone

PhoneOf: TypeAlias = "Callable[[str], Phone | AsyncPhone]"
_LINE: pytest.StashKey["Line"] = pytest.StashKey()
_HAS_NO_LOOP: pytest.StashKey[bool] = pytest.StashKey()
_STARTED: pytest.StashKey["Started"] = pytest.StashKey()


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from simulator.testing import hooks

    pluginmanager.add_hookspecs(hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("phone", "whole phone calls")
    group.addoption("--voice-url", metavar="URL", help="call the application at this URL instead of voice_app")
    group.addoption(
        "--voice-command", metavar="COMMAND", help="start this and call it, such as 'node line.js'; it listens on $PORT"
    )
    group.addoption(
        "--voice-wait", metavar="SECONDS", type=float, default=30.0, help="for a command to answer; 30 unless said"
    )
    group.addoption("--phone-journal", metavar="DIR", help="keep masked journals of the calls of failed tests there")
    group.addoption("--phone-coverage", metavar="FILE", help="write which menus and keys the calls reached, as JSON")
    group.addoption(
        "--phone-coverage-fail-under", metavar="N", type=float, help="fail when fewer percent of the options were taken"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "caller(number=..., called=..., seed=..., starts_at=...): who calls whom, where ids come from, and when",
    )
    if config.getoption("--voice-url") is not None and config.getoption("--voice-command") is not None:
        raise pytest.UsageError("--voice-url and --voice-command say two applications: give one of them")
    file, least = config.getoption("--phone-coverage"), config.getoption("--phone-coverage-fail-under")
    if file is not None or least is not None:
        from simulator.testing.covering import Covering

        config.pluginmanager.register(Covering(config, _LINE, file, least or 0.0), "phone-coverage")


# ---------------------------------------------------------------- what a project overrides


@pytest.fixture
def voice_app(request: pytest.FixtureRequest) -> object:
    """The application: ASGI, WSGI, 'module:name', 'module:factory()', a URL or a command. Override it in conftest.py.

    A command is a text with a space or {port} in it; it listens on that port of 127.0.0.1, which is $PORT, too.
    """
    if _said(request.config) is None:
        remedy = "Define a fixture voice_app in conftest.py, or say --voice-url or --voice-command"
        pytest.fail(f"which application? {remedy}", pytrace=False)
    return None


@pytest.fixture
def voice_path() -> str:
    """The path of the first webhook, for an application in this process."""
    return "/voice"


@pytest.fixture
def voice_auth_token() -> str:
    """The token that requests are signed with, for applications that check signatures."""
    from simulator.operator.operator import DEFAULT_AUTH_TOKEN

    return DEFAULT_AUTH_TOKEN


@pytest.fixture
def mobile() -> "Mobile":
    """Where text messages that no call has sent (such as one-time codes) are read from; nowhere unless overridden."""
    from simulator.mobile import NoMobile

    return NoMobile()


# ---------------------------------------------------------------- what a test asks for


@pytest.fixture
def voice_clock(request: pytest.FixtureRequest) -> "ManualClock":
    """The clock of the test's line, and of whatever else shall live in its time; it begins where the marker says."""
    from simulator.operator.clock import ManualClock

    return ManualClock(call_of(request.node).starts_at)


@pytest.fixture
def voice_line(
    request: pytest.FixtureRequest,
    voice_app: object,
    voice_path: str,
    voice_auth_token: str,
    voice_clock: "ManualClock",
    mobile: "Mobile",
) -> Iterator["Line"]:
    """The test's telephone network; in an `async def` test it is opened in the test's own event loop."""
    from simulator.errors import SimulatorError
    from simulator.network import CALLED
    from simulator.testing.applications import reach
    from simulator.testing.line import Line

    call = call_of(request.node)
    loop = _loop_for(request)
    trouble = None
    try:
        application = _started(request, _said(request.config) or voice_app, voice_path)
        reached = reach(application, voice_path, run=asyncio.to_thread if loop is None else loop.outside)
    except SimulatorError as error:
        trouble = str(error)
    if trouble is not None:  # told outside, for pytest would tell it twice
        pytest.fail(trouble, pytrace=False)
    line = Line(
        reached,
        called=call.called or CALLED,
        auth_token=voice_auth_token,
        seed=call.seed,
        mobile=mobile,
        clock=voice_clock,
    )
    request.config.hook.pytest_phone_line(request=request, line=line)
    request.node.stash[_LINE] = line
    request.node.stash[_HAS_NO_LOOP] = loop is None
    if loop is None:
        yield line
    else:
        loop.run(line.__aenter__())
        yield line
        loop.run(line.__aexit__())
    del request.node.stash[_LINE]  # the session remembers its items, not their calls


@pytest.fixture
def phone(request: pytest.FixtureRequest, phone_of: "PhoneOf") -> "Phone | AsyncPhone":
    """A telephone on that line: simulator.testing.synchronous.Phone, or AsyncPhone in an `async def` test."""
    from simulator.network import CALLER

    return phone_of(call_of(request.node).number or CALLER)


@pytest.fixture
def phone_of(request: pytest.FixtureRequest, voice_line: "Line") -> "PhoneOf":
    """Gives the phone with a number on that line: of another caller, or of somebody whom the line calls."""
    from simulator.testing.synchronous import Phone
    from simulator.testing.telephone import AsyncPhone

    loop = _loop_for(request)

    def phone_with(number: str) -> "Phone | AsyncPhone":
        asynchronous = AsyncPhone(voice_line, number)
        return asynchronous if loop is None else Phone(asynchronous, loop)

    return phone_with


@pytest.fixture
def exchange(voice_line: "Line") -> "Exchange":
    """The exchange of that line, to give it more numbers or another policy before dialling."""
    return voice_line.exchange


@pytest.fixture
def journal(voice_line: "Line") -> "Journal":
    """Everything that has happened on that line."""
    return voice_line.operator.journal


@pytest.fixture
def _phone_loop() -> Iterator["Loop"]:
    """The event loop of an ordinary test's calls."""
    from simulator.testing.synchronous import Loop

    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def _voice_commands(request: pytest.FixtureRequest) -> Iterator["Commands"]:
    """The applications that were started by a command, for as long as the run lasts."""
    from simulator.testing.commands import Commands

    commands = Commands(patience=request.config.getoption("--voice-wait"))
    yield commands
    commands.close()


def _said(config: pytest.Config) -> str | None:
    """The application of the command line, which comes before any fixture."""
    said: str | None = config.getoption("--voice-url") or config.getoption("--voice-command")
    return said


def _started(request: pytest.FixtureRequest, application: object, path: str) -> object:
    """The application, or the URL of the one that a command has started; raises WrongUseError."""
    from simulator.testing.commands import is_command

    is_said = application is request.config.getoption("--voice-command")  # then a single word is a command, too
    if not isinstance(application, str) or not (is_said or is_command(application)):
        return application
    commands: Commands = request.getfixturevalue("_voice_commands")
    started = commands.start(application, environ=os.environ)
    request.node.stash[_STARTED] = started
    return f"{started.url}/{path.removeprefix('/')}"


def _loop_for(request: pytest.FixtureRequest) -> "Loop | None":
    """None for an `async def` test, which has a loop already."""
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        return None
    loop: Loop = request.getfixturevalue("_phone_loop")
    return loop


def call_of(item: pytest.Item) -> "Call":
    """What the test's `caller` marker says; a mistyped one fails the test."""
    from simulator.errors import WrongUseError
    from simulator.testing.marker import Call, read_call

    marker, trouble = item.get_closest_marker("caller"), ""
    try:
        return Call() if marker is None else read_call(marker.args, marker.kwargs)
    except WrongUseError as error:
        trouble = str(error)
    pytest.fail(trouble, pytrace=False)


# ---------------------------------------------------------------- around a test


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Around an `async def` test the line is opened and closed within the test's own task, whoever runs it."""
    if not item.stash.get(_HAS_NO_LOOP, False) or not isinstance(item, pytest.Function):
        yield
        return
    line, test = item.stash[_LINE], item.obj

    @functools.wraps(test)
    async def on_the_line(*args: Any, **kwargs: Any) -> None:  # the test's own arguments
        __tracebackhide__ = True
        async with line:
            await test(*args, **kwargs)

    item.obj = on_the_line
    try:
        yield
    finally:
        item.obj = test


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a failed test's calls were like goes into its report."""
    report = yield
    line = item.stash.get(_LINE, None)
    if line is None or call.when != "call" or not report.failed or not line.entries:
        return report
    from simulator.testing.report import keep_journal, masked
    from simulator.testing.report import report as told
    from simulator.testing.telephone import StoryError

    is_told = call.excinfo is not None and isinstance(call.excinfo.value, StoryError)
    text = told(line, is_told=is_told)
    folder = item.config.getoption("--phone-journal")
    if folder is not None:
        text += f"\njournal: {keep_journal(line, Path(folder), item.nodeid)}"
    report.sections.append(("phone", text))
    started = item.stash.get(_STARTED, None)
    if started is not None:
        end = " (it answers no more)" if started.is_going_down() else ""
        report.sections.append((f"output of {started.command}{end}", masked(line, started.output())))
    return report
