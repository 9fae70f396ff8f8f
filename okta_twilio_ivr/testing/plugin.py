"""The pytest plugin: a telephone for tests, and fakes behind the line. Idle unless a test asks for them.

pytest imports this module in every project of the environment, so it imports `ivr`, `simulator` and `fakes` only when a
test uses a fixture: a project may have packages of these names itself (`okta_twilio_ivr.testing.ours`).
PYTEST_DONT_REWRITE: no assertion here is a test's, and the module may have been imported before pytest sees it.
"""

import functools
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from okta_twilio_ivr.testing.ours import hidden_by
from okta_twilio_ivr.testing.telephone import LINE, LOOP, STARTED, check

pytest_plugins = ("okta_twilio_ivr.testing.telephone", "okta_twilio_ivr.testing.services")


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
        "caller(number=..., called=..., seed=..., starts_at=..., may_fail=..., stir=..., caller_name=..., "
        "forwarded_from=...): who calls whom, where ids come from, when, whether the application may fail the call, "
        "and what the network says about the calling number",
    )
    config.addinivalue_line(
        "markers",
        'faults(okta={"fail_next": {"status": 503}}, ...): trouble of okta, twilio_api or accounts in this test',
    )
    if config.getoption("--voice-url") is not None and config.getoption("--voice-command") is not None:
        raise pytest.UsageError("--voice-url and --voice-command say two applications: give one of them")
    file, least = config.getoption("--phone-coverage"), config.getoption("--phone-coverage-fail-under")
    if file is not None or least is not None:
        if hidden := hidden_by("simulator"):
            raise pytest.UsageError(hidden)
        from simulator.testing.covering import Covering

        config.pluginmanager.register(Covering(config, LINE, file, least or 0.0), "phone-coverage")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test whose line has something to say after it.

    Around an `async def` test it is opened and closed within the test's own task, whoever runs that.
    """
    line = item.stash.get(LINE, None)
    if line is None or not isinstance(item, pytest.Function):
        yield
        return
    from simulator.testing.report import finish, never_awaited, troubles_in

    test, loop = item.obj, item.stash[LOOP]
    if loop is not None:
        yield
        check(loop.run(finish(line)))
        return

    @functools.wraps(test)
    async def on_the_line(*args: Any, **kwargs: Any) -> None:  # the test's own arguments
        __tracebackhide__ = True
        check(await troubles_in(line.__aenter__()))
        try:
            await test(*args, **kwargs)
            shortcomings = await finish(line)
        except BaseException as error:
            for each in never_awaited(line):
                error.add_note(each)
            await troubles_in(line.__aexit__())  # the test's own failure says more
            raise
        check((*shortcomings, *await troubles_in(line.__aexit__())))

    item.obj = on_the_line
    try:
        yield
    finally:
        item.obj = test


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what a failed test's calls were like into its report."""
    report = yield
    line = item.stash.get(LINE, None)
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
    started = item.stash.get(STARTED, None)
    if started is not None:
        end = " (it answers no more)" if started.is_going_down() else ""
        report.sections.append((f"output of {started.command}{end}", masked(line, started.output())))
    return report
