"""`phone network` as a program: what it prints, what it refuses, and how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

PHONE = [sys.executable, "-c", "from okta_twilio_ivr.commands import phone; phone()", "network"]
ANY_PORTS = ["--port", "0", "--okta-port", "0", "--accounts-port", "0"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_what_to_set_and_stops_when_told(how: signal.Signals) -> None:
    number = "+12075551234=http://127.0.0.1:9/voice"
    with subprocess.Popen([*PHONE, *ANY_PORTS, "--number", number], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            said += program.stdout.readline()
        (url,) = re.findall(r"Attach a phone: phone --network (\S+)\.", said)
        with urlopen(f"{url}/_network/") as answer:
            assert b'"+12075551234"' in answer.read()
        program.send_signal(how)

        assert program.wait(10) == 0
        assert program.stdout.read() == "Stopped.\n"
    for name in ("TWILIO_API_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "OKTA_ORG_URL", "ACCOUNTS_API_URL"):
        assert f"  export {name}=" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--number", "12"], "--number 12: write a number, =, and the URL of its voice webhook"),
        (["--number", "+12075551234=ftp://x"], "--number +12075551234=ftp://x: write a number"),
        (["--people", "nobody.yaml"], "nobody.yaml: cannot be read"),
        (["--org", "nobody.yaml"], "nobody.yaml"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    known = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [*PHONE, *ANY_PORTS, *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=known, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*PHONE, *ANY_PORTS, "--port", port], capture_output=True, text=True, check=False)

    assert (done.returncode, "choose another, 0 takes any free one" in done.stderr) == (2, True)
