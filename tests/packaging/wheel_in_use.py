"""`make wheel`: the built wheel, installed in an environment of its own, used from another folder as anybody would.

Not collected with the suite: it starts ten interpreters. Dependencies are those of the environment it runs in, so that
nothing is fetched.
"""

import math
import os
import re
import site
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from bench.starting import first_frame

ROOT = Path(__file__).parents[2]
STORY = """
import pytest

@pytest.fixture
def voice_app():
    async def app(scope, receive, send):
        await receive()
        headers = [(b"content-type", b"text/xml")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"<Response><Say>Hello.</Say></Response>"})
    return app

def test_the_line_greets(phone, okta):
    phone.dial()
    phone.hears("hello")
    phone.ended()
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """The programs the wheel brought, and a folder that is not the checkout."""

    programs: Path
    folder: Path

    def environ(self) -> dict[str, str]:
        """Nothing that leads to this checkout."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        return {**kept, "PYTHONUNBUFFERED": "1"}

    def start(self, program: str, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        """A program of the environment, which sees nothing of this checkout."""
        return subprocess.Popen(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            env={**self.environ(), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, program: str, *arguments: str, **settings: str) -> str:
        """What it said; it must end well."""
        with self.start(program, *arguments, **settings) as process:
            said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return said


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The newest wheel of `dist/`, or of the folder that WHEELS names."""
    wheels = sorted(Path(os.environ.get("WHEELS", ROOT / "dist")).glob("*.whl"), key=lambda each: each.stat().st_mtime)
    assert wheels, "no wheel: make wheel"
    home = tmp_path_factory.mktemp("wheel")
    _quiet([sys.executable, "-m", "venv", "--without-pip", str(home / "env")])
    programs = home / "env/bin"
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", "--root-user-action=ignore")
    python = str(programs / "python")
    _quiet([sys.executable, "-m", "pip", "--python", python, "install", *options, str(wheels[-1])])
    (library,) = (home / "env").glob("lib/python*/site-packages")
    # a path file beside a path that a path file names is not read: an editable install of this checkout stays out
    (library / "dependencies.pth").write_text("\n".join({sysconfig.get_path("purelib"), *site.getsitepackages()}))
    folder = home / "elsewhere"
    folder.mkdir()
    return Installed(programs, folder)


def test_the_packages_are_those_of_the_wheel(installed: Installed) -> None:
    words = "import okta_twilio_ivr as root, fakes, ivr, simulator as s; print(root.__file__, s.__file__)"
    said = installed.run("python", "-c", words)

    assert str(ROOT) not in said


@pytest.mark.parametrize("program", ["phone", "ivr", "fakes"])
def test_every_command_explains_itself(installed: Installed, program: str) -> None:
    assert "Usage:" in installed.run(program, "--help")
    assert re.fullmatch(rf"{program} \d+\.\d+\.\d+\n", installed.run(program, "--version"))


def test_the_demo_s_calls_pass_from_any_folder(installed: Installed) -> None:
    said = installed.run("phone", "call", "--demo")

    results = re.findall(r"^(ok|FAILED) ", said, re.MULTILINE)
    assert results == ["ok"] * len(list((ROOT / "docs/calls").glob("*.yaml"))), said


def test_so_do_those_on_the_recordings_inside(installed: Installed) -> None:
    said = installed.run("phone", "call", "--demo", IVR_BACKEND="cassette")

    assert "ok balance by SMS" in said
    assert "FAILED" not in said


def test_the_phone_draws_itself_in_a_terminal(installed: Installed) -> None:
    """With its style sheet, that is."""
    assert first_frame([str(installed.programs / "phone")], installed.folder, installed.environ()) < math.inf


def test_a_call_is_kept_as_a_page(installed: Installed) -> None:
    script = next(installed.programs.parent.glob("lib/python*/site-packages/okta_twilio_ivr/calls/sms.yaml"))
    installed.run("phone", "call", str(script), "--journal", "call.jsonl")
    installed.run("phone", "export", "call.jsonl", "--html", "call.html")

    assert (installed.folder / "call.html").read_text().startswith("<!DOCTYPE html>")


def test_the_plugin_works_in_another_project(installed: Installed) -> None:
    (installed.folder / "test_line.py").write_text(STORY)

    assert "1 passed" in installed.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.mark.parametrize(
    ("command", "page"),
    [
        (("fakes", "serve", "--okta-port", "0", "--twilio-port", "0", "--accounts-port", "0"), "/_fake/state"),
        (("ivr", "serve", "--port", "0"), "/healthz"),
        (("ivr", "serve", "--backend", "cassette", "--port", "0"), "/healthz"),
    ],
)
def test_its_servers_answer_and_stop_when_told(installed: Installed, command: tuple[str, ...], page: str) -> None:
    with installed.start(*command) as server:
        assert server.stdout is not None
        said = ""
        while (address := re.search(r"http://127\.0\.0\.1:\d+", said)) is None:
            line = server.stdout.readline()
            assert line, said
            said += line
        with urlopen(address[0] + page, timeout=30) as reply:
            status = reply.status
        server.terminate()
        server.communicate(timeout=30)

    assert status == 200
    assert server.returncode == 0


def _quiet(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
