"""Applications that a command starts: waited for, shared by a run's tests, told about when they die, always ended."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tests.testing_kit.conftest import PLUGINS

Run = Callable[..., pytest.RunResult]

SERVER = """
    import os, sys
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Answers(WSGIRequestHandler):
        def log_message(self, *words):
            pass

    def app(environ, start_response):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)).decode()
        print(environ["PATH_INFO"], body, flush=True)
        if environ["PATH_INFO"] == "/die":
            print("going down", flush=True)
            server.socket.close()  # before its connections, in whichever order the system would close them
            os._exit(3)
        start_response("200 OK", [("Content-Type", "text/xml")])
        if environ["PATH_INFO"] == "/code":
            return [b"<Response><Say>Thank you.</Say></Response>"]
        return [b'<Response><Gather numDigits="6" action="/code"><Say>Code, please.</Say></Gather></Response>']

    open("pids", "a").write(f"{os.getpid()}\\n")
    port = int(sys.argv[1] if len(sys.argv) > 1 else os.environ["PORT"])
    server = make_server("127.0.0.1", port, app, handler_class=Answers)
    server.serve_forever()
"""
STORY = """
    def test_one(phone):
        phone.dial()
        phone.hears("code, please")

    async def test_two(phone):
        await phone.dial()
        await phone.hears("code, please")
"""


def conftest(command: str, path: str = "/voice") -> str:
    return f"""
import pytest

@pytest.fixture
def voice_app():
    return {command!r}

@pytest.fixture
def voice_path():
    return {path!r}
"""


def are_gone(pids: Path) -> bool:
    """Every process that has written itself down; ended ones that nobody has waited for are gone, too."""

    def is_alive(pid: str) -> bool:
        stat = Path(f"/proc/{pid}/stat")
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"

    return not any(is_alive(pid) for pid in pids.read_text().split())


def test_it_is_started_once_called_and_ended(run_files: Run, pytester: pytest.Pytester) -> None:
    files = {"server.py": SERVER, "conftest.py": conftest("python server.py {port}"), "test_line.py": STORY}

    run_files(files).assert_outcomes(passed=2)

    assert len((pytester.path / "pids").read_text().split()) == 1
    assert are_gone(pytester.path / "pids")


def test_by_the_option_and_with_the_port_in_the_environment(run_files: Run) -> None:
    result = run_files({"server.py": SERVER, "test_line.py": STORY}, "--voice-command", "python server.py")

    result.assert_outcomes(passed=2)


def test_every_worker_has_its_own_and_the_coverage_of_all_adds_up(run_files: Run, pytester: pytest.Pytester) -> None:
    tests = """
        def test_one(phone):
            phone.dial()
            phone.press("471906")
            phone.hears("thank you")

        async def test_two(phone):
            await phone.dial()
            await phone.stays_silent()
    """
    files = {"server.py": SERVER, "conftest.py": conftest("python server.py {port}"), "test_line.py": tests}
    workers = (*PLUGINS, "-p", "xdist.plugin", "-n", "2", "--dist", "each")

    run_files(files, *workers, "--phone-coverage", "coverage.json", apart=True).assert_outcomes(passed=4)

    assert len((pytester.path / "pids").read_text().split()) == 2
    assert are_gone(pytester.path / "pids")
    (menu,) = json.loads((pytester.path / "coverage.json").read_text())["menus"]
    assert (menu["path"], menu["taken"]) == ("/voice", {"code": 2, "silence": 2})


def test_one_that_dies_at_once_says_why(run_files: Run) -> None:
    result = run_files({"test_line.py": STORY}, "--voice-command", "python -c 'import nonesuch'")

    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        ["*the command \"python -c 'import nonesuch'\" has ended with exit code 1", "its output:", "*nonesuch*"]
    )


def test_one_that_nobody_can_start_says_so(run_files: Run) -> None:
    result = run_files({"test_line.py": STORY}, "--voice-command", "nonesuch --fast")

    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["nonesuch cannot be started: No such file or directory"])


def test_one_that_never_answers_is_waited_for_so_long_and_no_longer(run_files: Run) -> None:
    tests = "def test_one(phone):\n    pass\n"

    result = run_files({"test_line.py": tests}, "--voice-command", "sleep 60", "--voice-wait", "0.3")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*'sleep 60' did not answer on port * within 0.3 s; does it take {port}, or $PORT?"])


def test_one_that_dies_later_is_told_with_the_failure_and_at_every_test_after_it(run_files: Run) -> None:
    tests = """
        def test_one(phone):
            phone.dial()
            phone.hears("code, please")

        def test_two(phone):
            pass
    """
    files = {"server.py": SERVER, "conftest.py": conftest("python server.py", "/die"), "test_line.py": tests}

    result = run_files(files, "-p", "no:randomly")

    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(["*'python server.py' has ended with exit code 3", "its output:", "going down"])
    result.stdout.fnmatch_lines(["*- output of python server.py (it answers no more) -*", "going down"])


def test_its_output_stands_in_the_failure_masked(run_files: Run) -> None:
    tests = """
        def test_one(phone):
            phone.dial()
            phone.press("471906")
            phone.hears("goodbye")
    """
    files = {"server.py": SERVER, "conftest.py": conftest("python server.py"), "test_line.py": tests}

    result = run_files(files)

    result.assert_outcomes(failed=1)
    told = result.stdout.str().partition("- output of python server.py -")[2]
    assert "/code" in told
    assert "Digits=••••••" in told
    assert "471906" not in told


def test_two_applications_are_refused(run_files: Run) -> None:
    result = run_files({"test_line.py": STORY}, "--voice-command", "true", "--voice-url", "http://127.0.0.1:1/voice")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--voice-url and --voice-command say two applications: give one of them"])


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_it_is_ended_however_the_tests_end(tmp_path: Path, pytestconfig: pytest.Config, blow: signal.Signals) -> None:
    """A child of the server's own, too; the test waits for a socket that closes with the last of them."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        child = f"import socket; s = socket.create_connection(('127.0.0.1', {port})); s.recv(1)"
        server = dedent(SERVER).replace(
            "port = int", f"import subprocess; subprocess.Popen([sys.executable, '-c', {child!r}])\nport = int"
        )
        (tmp_path / "server.py").write_text(server)
        (tmp_path / "test_line.py").write_text("def test_one(phone):\n    phone.dial()\n    input()\n")
        run = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pytest",
                *PLUGINS,
                "-s",
                "-p",
                "no:cacheprovider",
                "--voice-command",
                "python server.py",
            ],
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(pytestconfig.rootpath)},
        )
        connection, _ = listening.accept()
        with connection, run:
            run.send_signal(blow)
            connection.settimeout(20)

            assert connection.recv(1) == b"", "the child is gone"
            assert run.stdin is not None
            run.stdin.close()
            run.wait()
