"""What the Dockerfile does, without Docker: `ivr/` alone in a folder, and the command of its CMD.

Packages are those of the environment the tests run in; that the lock has what the line needs, its own test holds.
"""

import os
import re
import shutil
import site
import subprocess
import sys
import sysconfig
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SETTINGS = dict(re.findall(r"(\w+)=(\S+)", next(iter(re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE)))))
COMMAND = next(iter(re.findall(r"^CMD exec (.+)$", DOCKERFILE, re.MULTILINE)))
LIVE = {
    "OKTA_ORG_URL": "https://127.0.0.1:9",
    "OKTA_API_TOKEN": "a-token",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "another",
    "IVR_PUBLIC_URL": "https://ivr.example",
    "ACCOUNTS_API_URL": "https://127.0.0.1:9",
    "ACCOUNTS_API_TOKEN": "a-third",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working directory of the image; beside it an environment that does not see this checkout."""
    home = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "env")], check=True)
    (library,) = (home / "env").glob("lib/python*/site-packages")
    # a path file beside a path that a path file names is not read: an editable install of this checkout stays out
    (library / "dependencies.pth").write_text("\n".join({sysconfig.get_path("purelib"), *site.getsitepackages()}))
    folder = home / "app"
    folder.mkdir()
    for name in re.findall(r"^COPY (\w+) \w+$", DOCKERFILE, re.MULTILINE):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def start(app: Path, **settings: str) -> "subprocess.Popen[str]":
    kept = {"PATH": f"{app.parent / 'env/bin'}:{os.environ['PATH']}", "HOME": str(app.parent)}
    return subprocess.Popen(
        ["/bin/sh", "-c", f"exec {COMMAND}"],
        cwd=app,
        env={**kept, **SETTINGS, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def address_of(server: "subprocess.Popen[str]") -> str:
    """Where it listens, once it says so."""
    assert server.stdout is not None
    said = ""
    while (found := re.search(r"http://0\.0\.0\.0:(\d+)", said)) is None:
        line = server.stdout.readline()
        assert line, said
        said += line
    return f"http://127.0.0.1:{found[1]}"


def test_it_answers_with_the_line_alone(app: Path) -> None:
    with start(app, PORT="0", **LIVE) as server:
        with urlopen(address_of(server) + "/healthz", timeout=30) as reply:
            status = reply.status
        server.terminate()
        server.communicate(timeout=30)

    assert (status, server.returncode) == (200, 0)
    assert [each.name for each in app.iterdir()] == ["ivr"]


def test_it_plays_recordings_with_the_line_alone(app: Path) -> None:
    recorded = {"IVR_BACKEND": "cassette", "IVR_CASSETTES": str(ROOT / "cassettes"), "IVR_CLOSING_PATIENCE": "0"}
    sid = "CA" + "0" * 32

    def post(address: str, page: str, **more: str) -> str:
        form = urlencode({"CallSid": sid, "From": "+17735551234", "To": "+12075551234", **more})
        with urlopen(f"{address}/ivr/{page}", form.encode(), timeout=30) as reply:
            return str(reply.read().decode())

    with start(app, PORT="0", **recorded) as server:
        address = address_of(server)
        greeting, offer = post(address, "welcome"), post(address, "menu", Digits="1")
        server.terminate()
        server.communicate(timeout=30)

    assert "Thanks for calling" in greeting
    assert "I can send a text message with a code" in offer
    assert server.returncode == 0


def test_without_settings_it_says_which_are_missing(app: Path) -> None:
    with start(app) as server:
        said, _ = server.communicate(timeout=30)

    assert "OKTA_ORG_URL" in said
    assert "are not set" in said
    assert (server.returncode, said.count("\n")) == (2, 1)


def test_the_fake_backend_is_not_in_it(app: Path) -> None:
    with start(app, IVR_BACKEND="fake") as server:
        said, _ = server.communicate(timeout=30)

    assert "There is no backend fake in this installation." in said
