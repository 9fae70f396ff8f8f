"""`fakes serve` as somebody starts it: its lines, a program that knows only the environment, and Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from fakes.cli import build, main
from fakes.okta import switches
from fakes.people import SIGN_IN_APP

# A program that knows nothing of us: standard library and environment variables only.
STRANGER = """
import json, os, urllib.request

def call(method, path, body=None):
    base = os.environ["OKTA_ORG_URL"]
    url = path if path.startswith("http") else base + path
    data = json.dumps(body).encode() if body is not None else (b"" if method == "POST" else None)
    headers = {"Authorization": "SSWS " + os.environ["OKTA_API_TOKEN"], "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)) as answer:
        text = answer.read()
        return json.loads(text) if text else None

def sign_on(phone, kind):
    query = "profile.ivrPhone%20eq%20%22%2B" + phone[1:] + "%22"
    user = call("GET", "/api/v1/users?search=" + query)[0]
    token = call("POST", "/api/v1/authn", {"username": user["profile"]["login"]})["stateToken"]
    rows = call("GET", f"/api/v1/users/{user['id']}/factors")
    factor = next(each for each in rows if each["factorType"] == kind)["id"]
    step = f"/api/v1/authn/factors/{factor}/verify"
    call("POST", step, {"stateToken": token})
    if kind == "sms":
        code = call("GET", "/_fake/sms?to=%2B" + phone[1:])[-1]["code"]
        return call("POST", step, {"stateToken": token, "passCode": code})["status"]
    call("POST", f"/_fake/push/{user['id']}/approve")
    return call("POST", step, {"stateToken": token})["status"]

print(sign_on("+17735551234", "sms"), sign_on("+17735555678", "push"))
request = urllib.request.Request(
    os.environ["ACCOUNTS_API_URL"] + "/v1/accounts/00ufakeJaneIvr0000d7",
    headers={"Authorization": "Bearer " + os.environ["ACCOUNTS_API_TOKEN"]},
)
with urllib.request.urlopen(request) as answer:
    print(json.loads(answer.read())["balance"])
"""


@pytest.fixture
def serving() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "fakes", "serve", "--okta-port", "0", "--accounts-port", "0", "--twilio-port", "0"]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        yield process
        if process.poll() is None:
            process.kill()


def test_a_stranger_signs_on_by_sms_and_push_with_the_printed_environment(serving: "subprocess.Popen[str]") -> None:
    assert serving.stdout is not None
    lines = []
    for line in serving.stdout:
        lines.append(line.strip())
        if "Ctrl-C" in line:
            break
    exported: dict[str, str] = dict(re.findall(r"^export (\w+)=(\S+)", "\n".join(lines), re.MULTILINE))

    done = subprocess.run(
        [sys.executable, "-c", STRANGER], env={**os.environ, **exported}, capture_output=True, text=True, check=False
    )
    serving.send_signal(signal.SIGINT)
    out, errors = serving.communicate(timeout=20)

    assert done.stdout.split() == ["SUCCESS", "SUCCESS", "142.50"], done.stderr
    assert lines[0].startswith("Okta (v1) listens on http://127.0.0.1:")
    assert set(exported) == {
        "OKTA_ORG_URL",
        "OKTA_API_TOKEN",
        "OKTA_TESTING_TESTINGDISABLEHTTPSCHECK",
        "ACCOUNTS_API_URL",
        "ACCOUNTS_API_TOKEN",
        "TWILIO_API_URL",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_PHONE_SID",
    }
    assert (serving.returncode, out.strip(), errors) == (0, "Stopped.", "")


SLEEPY = """
import json, os, socket, sys, urllib.request
base = sys.argv[1]
order = json.dumps({"slow_by": {"seconds": 3600}}).encode()
urllib.request.urlopen(urllib.request.Request(base + "/_fake/faults", order, method="POST")).read()
host, port = base.rpartition("/")[2].split(":")
waiting = socket.create_connection((host, int(port)))
waiting.sendall(f"GET /api/v1/users HTTP/1.1\\r\\nHost: {host}:{port}\\r\\n\\r\\n".encode())
print("waits", flush=True)
waiting.recv(1)
"""


@pytest.mark.parametrize(
    ("signals", "codes", "said"),
    [([signal.SIGINT], {0}, "Stopped.\n"), ([signal.SIGINT, signal.SIGTERM], {130, 143}, "")],
)
def test_requests_that_are_still_open_hold_up_no_end(
    serving: "subprocess.Popen[str]", signals: list[signal.Signals], codes: set[int], said: str
) -> None:
    assert serving.stdout is not None
    lines = [serving.stdout.readline()]
    while "Ctrl-C" not in lines[-1]:
        lines.append(serving.stdout.readline())
    base = lines[0].split()[-1]
    with subprocess.Popen([sys.executable, "-c", SLEEPY, base], stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == "waits\n"

        for each in signals:
            serving.send_signal(each)
        out, errors = serving.communicate(timeout=20)

    assert serving.returncode in codes
    assert (out, errors) == (said, "")


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
def test_identity_engine_is_served_with_an_app_for_direct_authentication(pipeline: str) -> None:
    okta, _ = build(pipeline, None, is_empty=False)
    empty, _ = build(pipeline, None, is_empty=True)

    assert list(okta.org.tables.sign_in_apps) == ([SIGN_IN_APP["client_id"]] if pipeline == "idx" else [])
    assert not empty.org.tables.sign_in_apps


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
def test_an_empty_org_has_nobody_and_offers_no_factor(pipeline: str) -> None:
    okta, accounts = build(pipeline, None, is_empty=True)

    assert not okta.org.tables.users
    assert not okta.org.tables.attributes
    assert [group.name for group in okta.org.tables.groups.values()] == ["Everyone"]
    assert {policy.name for policy in okta.org.tables.policies.values()} <= {"Default Policy", "Any two factors"}
    found = switches.statuses(okta.org)
    assert {found[key] for key in found if key.partition("/")[0] in ("okta_sms", "okta_push", "phone_number")} == {
        "INACTIVE"
    }
    assert not accounts.accounts


def test_a_bad_seed_is_one_sentence(tmp_path: Path) -> None:
    seed = tmp_path / "people.yaml"
    seed.write_text("users: [{login: abc}]")

    result = CliRunner().invoke(main, ["serve", "--seed", str(seed)])

    assert result.exit_code == 2
    assert result.stderr == "Error: users[0]: login: The field is too short (at least 5 characters)\n"


@pytest.mark.parametrize("arguments", [["serve", "--okta-port", "x"], ["serve", "--pipeline", "v2"], ["paint"]])
def test_wrong_use_exits_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_help_has_examples() -> None:
    result = CliRunner().invoke(main, ["serve", "--help"])

    assert result.exit_code == 0
    assert "fakes serve --seed people.yaml" in result.stdout
