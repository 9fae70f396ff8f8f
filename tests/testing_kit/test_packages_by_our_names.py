"""A project may have packages, or files, by the names of ours. Its tests get its own, whoever comes first.

Our fixtures work as long as what they need is not hidden, and say so where it is. In interpreters of their own.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAYS = [("-c", "import sys, pytest; sys.path.remove(''); sys.exit(pytest.main())"), ("-m", "pytest")]
"""As `pytest` starts, without the current folder on the path, and as `python -m pytest` does."""
APP = """
import pytest

@pytest.fixture
def voice_app():
    async def app(scope, receive, send):
        await receive()
        headers = [(b"content-type", b"text/xml")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"<Response><Say>Hello.</Say></Response>"})
    return app
"""
CALLS = """
def test_ours(phone):
    phone.dial()
    phone.hears("hello")

def test_our_okta(okta):
    assert okta.url
"""


def own(*names: str) -> str:
    checks = "\n".join(f"    assert {name}.OWNER == 'the project'" for name in names)
    return f"import {', '.join(names)}\n{CALLS}\ndef test_own():\n{checks}\n"


def run(folder: Path, way: tuple[str, str], files: dict[str, str]) -> str:
    for name, text in {"conftest.py": APP, "pytest.ini": "[pytest]\n", **files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    options = ("-q", "--disable-plugin-autoload", "-p", "okta_twilio_ivr.testing.plugin", "-p", "no:cacheprovider")
    known = {**os.environ, "PYTEST_ADDOPTS": ""}
    command = [sys.executable, *way, *options]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("way", WAYS, ids=["pytest", "python -m pytest"])
def test_a_simulator_of_the_project_is_its_own_and_our_fixtures_say_so(tmp_path: Path, way: tuple[str, str]) -> None:
    said = run(tmp_path, way, {"simulator/__init__.py": "OWNER = 'the project'\n", "test_own.py": own("simulator")})

    assert "1 passed, 2 errors" in said
    sentence = "the fixtures of okta-twilio-ivr need its package simulator, but here import simulator finds"
    errors = [line for line in said.splitlines() if line.startswith(sentence)]
    # the first lines of the errors: the summary below repeats them in full only where CI is set
    assert len(errors) == 2, said
    assert f"{tmp_path / 'simulator/__init__.py'}: rename that one" in errors[0]


@pytest.mark.parametrize("way", WAYS, ids=["pytest", "python -m pytest"])
def test_only_what_needs_the_hidden_package_fails(tmp_path: Path, way: tuple[str, str]) -> None:
    """The telephone needs neither `fakes` nor `ivr`, and nobody needs a `demo`."""
    files = {f"{name}.py": "OWNER = 'the project'\n" for name in ("demo", "fakes")}
    files |= {"ivr/__init__.py": "OWNER = 'the project'\n", "test_own.py": own("demo", "fakes", "ivr")}
    said = run(tmp_path, way, files)

    assert "2 passed, 1 error" in said, said
    assert f"need its package fakes, but here import fakes finds {tmp_path / 'fakes.py'}: rename that one" in said


def test_a_folder_that_is_no_package_hides_nothing(tmp_path: Path) -> None:
    said = run(tmp_path, WAYS[1], {"simulator/notes.txt": "", "fakes/notes.txt": "", "test_it.py": CALLS})

    assert "2 passed" in said, said


def test_coverage_that_cannot_be_counted_is_refused_in_one_sentence(tmp_path: Path) -> None:
    files = {"simulator.py": "", "test_it.py": "", "pytest.ini": "[pytest]\naddopts = --phone-coverage=c.json\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    options = ("-q", "--disable-plugin-autoload", "-p", "okta_twilio_ivr.testing.plugin", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "need its package simulator, but here import simulator finds" in done.stderr
    assert "Traceback" not in done.stderr
