"""The telephone and an application behind a URL, given as an option, as a value, or as nothing that answers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.testing_kit.lines import served

STORY = """
    def test_it(phone):
        phone.dial()
        phone.hears("over the wire")
        phone.ended()

    async def test_it_too(phone):
        await phone.dial()
        await phone.hears("over the wire")
        await phone.ended()
"""
Run = Callable[..., pytest.RunResult]


def application(environ: Any, start_response: Any) -> list[bytes]:
    body = b"<Response><Say>Hello over the wire.</Say></Response>"
    start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def url() -> Iterator[str]:
    with served(application) as base:
        yield f"{base}/voice"


def test_the_option_needs_no_fixture(run: Run, url: str) -> None:
    run("", STORY, "--voice-url", url, conftest="").assert_outcomes(passed=2)


def test_the_option_wins_over_the_fixture(run: Run, url: str) -> None:
    run("app = None", STORY, "--voice-url", url).assert_outcomes(passed=2)


def test_a_url_may_be_the_application(run: Run, url: str) -> None:
    conftest = f"import pytest\n@pytest.fixture\ndef voice_app():\n    return {url!r}\n"

    run("", STORY, conftest=conftest).assert_outcomes(passed=2)


def test_another_scheme_is_refused(run: Run) -> None:
    result = run("", STORY, "--voice-url", "ftp://127.0.0.1/voice", conftest="")

    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*URL is an http or https one, got 'ftp://127.0.0.1/voice'"])
