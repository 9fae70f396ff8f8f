"""`phone load` as a process: Locust changes the whole program it runs in, so it never runs in this one."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner

from simulator.cli.phone import make_phone
from tests.load.answering import FAILS, LEADS_AWAY, SAYS_OTHERWISE, TOKEN, WELL, answering

ROOT = Path(__file__).parents[2]
PHONE = "from simulator.cli.phone import make_phone; make_phone()(prog_name='phone')"


async def started(*words: str, **environ: str) -> Process:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PHONE_LEAVE_WITHIN": "60", **environ}
    return await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT, env=env, stdout=PIPE, stderr=PIPE)


async def ended(process: Process) -> tuple[int | None, str, str]:
    try:
        async with asyncio.timeout(90):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode, out.decode(), err.decode()


def written(path: Path, *calls: tuple[str, str, str]) -> str:
    """A file of calls: name, who calls, steps."""
    lines = [f"- {{name: {name}, from: '{number}', steps: [{steps}]}}" for name, number, steps in calls]
    path.write_text("calls:\n" + "\n".join(lines))
    return str(path)


async def test_calls_are_signed_counted_by_how_they_end_and_kept_from_other_machines(tmp_path: Path) -> None:
    script = written(
        tmp_path / "calls.yaml",
        ("well", WELL, "press: '1', hear: Done, expect_end: completed"),
        ("fails", FAILS, "press: '1'"),
        ("leads away", LEADS_AWAY, "press: '1'"),
        ("otherwise", SAYS_OTHERWISE, "press: '1', hear: Welcome"),
    )
    out = tmp_path / "out.json"
    async with answering() as app:
        words = ["--url", f"{app.url}/voice", "--auth-token", TOKEN, "--users", "4", "--calls", "4", "--rate", "50"]
        words += ["--pause", "0"]
        code, shown, said = await ended(await started("-c", PHONE, "load", script, *words, "--report", str(out)))

    report: dict[str, Any] = json.loads(out.read_text())
    assert code == 1, said
    assert report["calls"]["made"] == 4
    assert report["calls"]["outcomes"] == {
        "as the script says": 1,
        "step failed": 2,
        "application error": 1,
        "interrupted": 0,
    }
    assert not app.forged
    assert app.paths.count("/next%20page?plus=%2B1&space=a+b") == 2
    assert set(app.cookies) <= app.sids
    assert len(app.sids) == 4
    stories = {each["script"]: each for each in report["failed_calls"]}
    assert "--target-allowed 192.0.2.1" in stories["leads away"]["message"]
    assert 'hear: "Welcome"' in stories["otherwise"]["message"]
    assert 11200 in [each["code"] for each in stories["fails"]["faults"]]
    assert report["webhooks"]["each"]["POST /voice"]["number"] == 4
    assert report["webhooks"]["all"]["p99"] > 0
    assert "POST /voice" in shown
    assert 'step failed: calls.yaml:5, step 2: hear: "Welcome"  (otherwise)' in shown


async def test_a_master_that_is_stopped_has_its_workers_hang_up_and_reports_so_far(tmp_path: Path) -> None:
    script = written(tmp_path / "calls.yaml", ("waits", WELL, "wait: 300"))
    out = tmp_path / "out.json"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    async with answering() as app:
        plan = ["load", script, "--url", f"{app.url}/voice", "--auth-token", TOKEN, "--master-port", port]
        plan += ["--status-callback", f"{app.url}/status", "--users", "2"]
        master = await started("-c", PHONE, *plan, "--rate", "50", "--master", "--report", str(out))
        worker = await started("-c", PHONE, *plan, "--worker")
        await app.until_calls(2)
        master.send_signal(signal.SIGINT)
        (code, _, said), (worker_code, *_) = await asyncio.gather(ended(master), ended(worker))

    report = json.loads(out.read_text())
    assert code == 130, said
    assert worker_code == 0
    assert report["workers"] == 1
    assert report["calls"]["outcomes"]["interrupted"] == report["calls"]["made"] == 2
    assert app.ended == ["completed", "completed"]
    assert not app.forged


async def test_locust_s_page_answers_no_page_of_another_site(tmp_path: Path) -> None:
    """What such a page may send without being asked; Locust's own answers would let it read them, too."""
    script = written(tmp_path / "calls.yaml", ("well", WELL, "press: '1', hear: Done"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with answering() as app, aiohttp.ClientSession() as session:
        words = ["--url", f"{app.url}/voice", "--auth-token", TOKEN, "--pause", "3600", "--page", str(port)]
        process = await started("-c", PHONE, "load", script, *words)
        try:
            await app.until_calls(1)
            base = f"http://127.0.0.1:{port}"
            statuses = [
                await _status(session, method, base + path, headers)
                for method, path, headers in (
                    ("POST", "/stop", {"Origin": "https://elsewhere.example"}),
                    ("GET", "/stats/requests", {"Origin": "null"}),
                    ("GET", "/stats/requests", {"Host": f"elsewhere.example:{port}"}),
                    ("GET", "/stats/requests", {}),
                    ("POST", "/stop", {"Origin": base}),
                )
            ]
        finally:
            process.send_signal(signal.SIGINT)
        await ended(process)

    assert statuses == [403, 403, 403, 200, 200]


async def _status(session: aiohttp.ClientSession, method: str, url: str, headers: dict[str, str]) -> int:
    async with session.request(method, url, headers=headers) as response:
        return response.status


async def test_the_locustfile_of_the_page_runs_under_locust_itself(tmp_path: Path) -> None:
    async with answering() as app:
        words = ["--headless", "--users", "2", "--spawn-rate", "10", "--stop-timeout", "20"]
        words += ["--exit-code-on-error", "0"]  # Locust breaks off a call that begins in the moment it stops
        where = {"LINE_URL": f"{app.url}/voice", "TWILIO_AUTH_TOKEN": TOKEN}
        process = await started("-m", "locust", "-f", "docs/examples/locustfile.py", *words, **where)
        await app.until_calls(3)  # somebody's second, so that one call at least is over
        process.terminate()
        code, shown, said = await ended(process)

    assert code == 0, shown + said
    assert not app.forged
    assert "CALL" in shown + said
    assert "step failed" not in shown + said
    assert "application error" not in shown + said


def test_a_machine_that_nobody_named_is_refused_in_one_sentence(tmp_path: Path) -> None:
    script = written(tmp_path / "calls.yaml", ("well", WELL, "hangup: true"))

    done = CliRunner().invoke(make_phone(), ["load", script, "--url", "http://example.com/voice"])

    sentence = (
        "load on example.com may be load on somebody else's machine: if it is yours, say --target-allowed example.com"
    )
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"phone: {sentence}\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "phone load needs --url"),
        (["--url", "http://127.0.0.1/", "--master", "--worker"], "exclude each other"),
        (["--url", "http://127.0.0.1/", "--workers", "2"], "--workers goes with --master"),
        (["--url", "http://127.0.0.1/", "--worker", "--report", "x.json"], "belong to the master"),
        (["--url", "http://127.0.0.1/", "--lenient"], "not for load"),
    ],
)
def test_options_that_contradict_each_other_are_refused(words: list[str], sentence: str) -> None:
    done = CliRunner().invoke(make_phone(), ["load", "call.yaml", *words], standalone_mode=False)

    assert sentence in str(done.exception)
