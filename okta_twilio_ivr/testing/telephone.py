"""The fixtures of the telephone: what a project overrides, what a test asks for, what these stand on.

A project may have fixtures of its own by any of these names. So those that are not there to be overridden are used by
tests alone, and other fixtures use the ones whose names begin with an underscore. PYTEST_DONT_REWRITE.
"""

import asyncio
import inspect
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import pytest

from okta_twilio_ivr.testing.ours import check_ours

if TYPE_CHECKING:
    from okta_twilio_ivr.testing.set import FakeSet
    from simulator.commands import Commands, Started
    from simulator.exchange.exchange import Exchange
    from simulator.mobile import Mobile
    from simulator.operator.clock import ManualClock
    from simulator.operator.journal import Journal
    from simulator.testing.line import Line
    from simulator.testing.marker import Call
    from simulator.testing.synchronous import Loop, Phone
    from simulator.testing.telephone import AsyncPhone

PhoneOf: TypeAlias = "Callable[[str], Phone | AsyncPhone]"
LINE: pytest.StashKey["Line"] = pytest.StashKey()
LOOP: pytest.StashKey["Loop | None"] = pytest.StashKey()
STARTED: pytest.StashKey["Started"] = pytest.StashKey()


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
def voice_auth_token(_our_simulator: None) -> str:
    """The token that requests are signed with, for applications that check signatures."""
    from simulator.operator.operator import DEFAULT_AUTH_TOKEN

    return DEFAULT_AUTH_TOKEN


@pytest.fixture
def voice_mobile(_our_simulator: None) -> "Mobile":
    """Where text messages that no call has sent (such as one-time codes) are read from; nowhere unless overridden."""
    from simulator.mobile import NoMobile

    return NoMobile()


# ---------------------------------------------------------------- what a test asks for


@pytest.fixture
def voice_clock(_voice_clock: "ManualClock") -> "ManualClock":
    """The clock of the test's line, and of whatever else shall live in its time; it begins where the marker says."""
    return _voice_clock


@pytest.fixture
def voice_line(_voice_line: "Line") -> "Line":
    """The test's telephone network."""
    return _voice_line


@pytest.fixture
def phone(request: pytest.FixtureRequest, _voice_phone_of: "PhoneOf") -> "Phone | AsyncPhone":
    """A telephone on that line: simulator.testing.synchronous.Phone, or AsyncPhone in an `async def` test."""
    from simulator.network import CALLER

    return _voice_phone_of(call_of(request.node).number or CALLER)


@pytest.fixture
def phone_of(_voice_phone_of: "PhoneOf") -> "PhoneOf":
    """Gives the phone with a number on that line: of another caller, or of somebody whom the line calls."""
    return _voice_phone_of


@pytest.fixture
def exchange(_voice_line: "Line") -> "Exchange":
    """The exchange of that line, to give it more numbers or another policy before dialling."""
    return _voice_line.operator.exchange


@pytest.fixture
def journal(_voice_line: "Line") -> "Journal":
    """Everything that has happened on that line."""
    return _voice_line.operator.journal


# ---------------------------------------------------------------- what these stand on


@pytest.fixture(scope="session")
def _our_simulator() -> None:
    """Asked for first by whatever imports the simulator."""
    check_ours("simulator")


@pytest.fixture
def _voice_clock(request: pytest.FixtureRequest, _our_simulator: None) -> "ManualClock":
    from simulator.operator.clock import ManualClock

    return ManualClock(call_of(request.node).starts_at)


@pytest.fixture
def _voice_line(
    request: pytest.FixtureRequest,
    voice_app: object,
    voice_path: str,
    voice_auth_token: str,
    voice_mobile: "Mobile",
    _voice_clock: "ManualClock",
) -> Iterator["Line"]:
    """In an `async def` test it is opened in the test's own event loop."""
    from simulator.applications import reach
    from simulator.errors import SimulatorError
    from simulator.network import CALLED, CALLER
    from simulator.testing.line import Line
    from simulator.testing.report import troubles_in

    call = call_of(request.node)
    loop = _loop_for(request)
    trouble = None
    try:
        application = _started(request, _said(request.config) or voice_app, voice_path)
        run = asyncio.to_thread if loop is None else loop.outside
        endpoint = reach(application, voice_path, run=run, name="voice_app")
    except SimulatorError as error:
        trouble = str(error)
    if trouble is not None:  # told outside, for pytest would tell it twice
        pytest.fail(trouble, pytrace=False)
    line = Line(
        endpoint,
        called=call.called or CALLED,
        auth_token=voice_auth_token,
        seed=call.seed,
        mobile=voice_mobile,
        clock=_voice_clock,
        caller_ids={call.number or CALLER: call.caller_id},
    )
    line.may_fail = call.may_fail
    if "_fake_set" in request.fixturenames:  # the test's own, or its application's
        fakes: FakeSet = request.getfixturevalue("_fake_set")
        fakes.meet(line, has_twilio="_fake_twilio" in request.fixturenames)
    request.node.stash[LINE] = line
    request.node.stash[LOOP] = loop
    if loop is None:
        yield line
    else:
        check(loop.run(troubles_in(line.__aenter__())))
        yield line
        check(loop.run(troubles_in(line.__aexit__())))
    del request.node.stash[LINE]  # the session remembers its items, not their calls


@pytest.fixture
def _voice_phone_of(request: pytest.FixtureRequest, _voice_line: "Line") -> "PhoneOf":
    from simulator.testing.synchronous import Phone
    from simulator.testing.telephone import AsyncPhone

    loop = _loop_for(request)

    def phone_with(number: str) -> "Phone | AsyncPhone":
        asynchronous = AsyncPhone(_voice_line, number)
        return asynchronous if loop is None else Phone(asynchronous, loop)

    return phone_with


@pytest.fixture
def _phone_loop(_our_simulator: None) -> Iterator["Loop"]:
    """The event loop of an ordinary test's calls."""
    from simulator.testing.synchronous import Loop

    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def _voice_commands(request: pytest.FixtureRequest, _our_simulator: None) -> Iterator["Commands"]:
    """The applications that were started by a command, for as long as the run lasts."""
    from simulator.commands import Commands

    commands = Commands(patience=request.config.getoption("--voice-wait"))
    yield commands
    commands.close()


def _said(config: pytest.Config) -> str | None:
    """Return the application of the command line, which comes before any fixture."""
    said: str | None = config.getoption("--voice-url") or config.getoption("--voice-command")
    return said


def _started(request: pytest.FixtureRequest, application: object, path: str) -> object:
    """Return the application, or the URL of the one that a command has started; raises WrongUseError."""
    from simulator.commands import is_command

    is_said = application is request.config.getoption("--voice-command")  # then a single word is a command, too
    if not isinstance(application, str) or not (is_said or is_command(application)):
        return application
    commands: Commands = request.getfixturevalue("_voice_commands")
    started = commands.start(application, environ=os.environ)
    request.node.stash[STARTED] = started
    return f"{started.url}/{path.removeprefix('/')}"


def _loop_for(request: pytest.FixtureRequest) -> "Loop | None":
    """None for an `async def` test, which has a loop already."""
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        return None
    loop: Loop = request.getfixturevalue("_phone_loop")
    return loop


def call_of(item: pytest.Item) -> "Call":
    """Read what the test's `caller` marker says; a mistyped one fails the test."""
    from simulator.errors import WrongUseError
    from simulator.testing.marker import Call, read_call

    marker, trouble = item.get_closest_marker("caller"), ""
    try:
        return Call() if marker is None else read_call(marker.args, marker.kwargs)
    except WrongUseError as error:
        trouble = str(error)
    pytest.fail(trouble, pytrace=False)


def check(shortcomings: tuple[str, ...]) -> None:
    """Fail the test for these reasons, if there are any."""
    __tracebackhide__ = True
    if shortcomings:
        pytest.fail("\n".join(shortcomings), pytrace=False)
