"""The `ivr` command as a user types it: help, refusals, and one served call."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping

import click
import pytest
from click.testing import CliRunner, Result

from ivr.backends import line_for
from ivr.cli import make_cli
from ivr.line import Line
from ivr.serving import opening_lines
from ivr.settings import Settings, read_settings
from tests.ivr.conftest import build_world


def fake_line(settings: Settings) -> Line:
    return build_world().line


def run(*words: str, **environ: str) -> Result:
    command = make_cli({"fake": fake_line}, environ)
    where = ["--env-file", os.devnull] if words[0] == "serve" else []
    return CliRunner().invoke(command, [*words, *where])


def test_help_shows_examples() -> None:
    assert "ivr serve --backend live" in run("serve", "--help").output


@pytest.mark.parametrize(
    ("words", "environ", "sentence"),
    [
        (["serve", "--backend", "live"], {}, "OKTA_ORG_URL, OKTA_API_TOKEN and TWILIO_AUTH_TOKEN are not set"),
        (["serve", "--backend", "cassette"], {"IVR_CASSETTES": "/nowhere"}, "There are no recordings in /nowhere/okta"),
        (["serve", "--backend", "cassette"], {"IVR_CASSETTE": "no-such"}, "IVR_CASSETTE names no-such"),
        (["serve", "--workers", "2"], {}, "Several workers need a shared call store: set IVR_STORE_URL"),
        (
            ["serve", "--workers", "2"],
            {"IVR_STORE_URL": "redis://127.0.0.1"},
            "IVR_BACKEND=fake lives in one process: use --workers 1",
        ),
        (
            ["serve"],
            {"IVR_STORE_URL": "127.0.0.1:6379"},
            "IVR_STORE_URL is malformed: it must be the address of a Redis",
        ),
        (["serve"], {"IVR_STORE_URL": "redis://:hunter2@"}, "IVR_STORE_URL is malformed: it must be the address"),
        (["serve"], {"IVR_OPERATOR_PORT": "0"}, "IVR_OPERATOR_PORT is malformed"),
        (["serve"], {"IVR_TRACES_URL": "collector:4318"}, "IVR_TRACES_URL is malformed"),
        (["serve"], {"IVR_BACKEND": "nonsense"}, "IVR_BACKEND is malformed"),
        (["serve"], {"OKTA_ORG_URL": "nonsense"}, "OKTA_ORG_URL is malformed"),
    ],
)
def test_wrong_use_is_one_sentence_on_stderr_and_exit_2(
    words: list[str], environ: Mapping[str, str], sentence: str
) -> None:
    result = run(*words, **environ)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not result.stdout


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        result = run("serve", "--port", port)

    assert result.exit_code == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in result.stderr


def test_a_backend_that_is_not_plugged_in_is_named() -> None:
    with pytest.raises(click.ClickException, match="no backend fake"):
        line_for(read_settings({}), {})


def test_the_live_line_is_built_without_any_request() -> None:
    settings = read_settings(
        {
            "IVR_BACKEND": "live",
            "OKTA_ORG_URL": "https://dev-123.okta.com",
            "OKTA_API_TOKEN": "x",
            "TWILIO_AUTH_TOKEN": "y",
        }
    )

    assert line_for(settings, {}).settings is settings


def test_start_up_says_backend_org_and_what_is_missing() -> None:
    text = "\n".join(opening_lines(read_settings({}), "http://127.0.0.1:5000"))

    for words in (
        "backend  fake",
        "org ",
        "http://127.0.0.1:5000/ivr/welcome",
        "missing  TWILIO_AUTH_TOKEN",
    ):
        assert words in text


@pytest.mark.parametrize("module", ["ivr", "ivr.app", "ivr.cli", "ivr.backends"])
def test_importing_the_line_loads_no_sdk_that_is_slow(module: str) -> None:
    """Okta's SDK costs a second or more, aiohttp a quarter: they are loaded when first used."""
    slow = {"okta", "aiohttp", "twilio.rest", "hypercorn", "redis", "structlog", "prometheus_client"}
    script = f"import sys, {module}; print(sorted(set(sys.modules) & {slow}))"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() in ("[]", "['hypercorn']"), "quart itself brings hypercorn"
