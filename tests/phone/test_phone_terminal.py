"""The program in a terminal of its own: however it ends, it hangs up first and puts the terminal back."""

import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROGRAM = """
import fcntl, sys, termios
from simulator.phone.screen import run
from tests.phone.bank import Branch, told_to
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
trouble = OSError("no line today") if "broken" in sys.argv else None
over = "https://bank.example/deaf" if "deaf" in sys.argv else "https://bank.example/over"
within = 8 if "deaf" in sys.argv else 60
sys.exit(run(told_to(sys.argv[1], Branch(trouble=trouble, status_callback=over)), leave_within=within))
"""
ROOT = Path(__file__).parents[2]
ANOTHER_SCREEN, USUAL_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


@dataclass
class Terminal:
    """A terminal in which the phone runs; `shown` is everything written to it so far."""

    program: subprocess.Popen[bytes]
    master: int
    slave: int
    diary: Path
    shown: bytes = field(default=b"")

    def until(self, words: bytes) -> None:
        """Read until these words were written."""
        while words not in self.shown:
            self.shown += os.read(self.master, 65536)

    def rest(self) -> None:
        """Read until nobody writes any more."""
        os.close(self.slave)
        self.slave = -1
        with suppress(OSError):  # how a terminal says that it was closed at the other end
            while part := os.read(self.master, 65536):
                self.shown += part

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def close_window(self) -> None:
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1


@contextmanager
def terminal(tmp_path: Path, *arguments: str) -> Iterator[Terminal]:
    """A terminal of 80x24 with the phone in it."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    diary = tmp_path / "diary"
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(diary), *arguments],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd=ROOT,
        env=os.environ | {"TERM": "xterm-256color"},
    )  # fmt: skip
    here = Terminal(program, master, slave, diary)
    try:
        yield here
    finally:
        program.kill()
        program.wait()
        for end in (here.master, here.slave):
            if end >= 0:
                os.close(end)


@pytest.mark.parametrize("how", ["ctrl+c", "ctrl+q", signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_leaving_hangs_up_and_puts_the_terminal_back(tmp_path: Path, how: str | signal.Signals) -> None:
    with terminal(tmp_path) as here:
        before = termios.tcgetattr(here.slave)
        here.until(b"ready to call")
        here.type(b"c")
        here.until(b"Welcome")
        if isinstance(how, signal.Signals):
            here.program.send_signal(how)
        else:
            here.type({"ctrl+c": b"\x03", "ctrl+q": b"\x11"}[how])

        here.until(USUAL_SCREEN)
        assert here.program.wait() == 0
        assert termios.tcgetattr(here.slave) == before
        assert here.shown.count(ANOTHER_SCREEN) == 1
        assert here.diary.read_text().split() == ["/voice", "/over", "closed"]


@pytest.mark.parametrize(("keys", "code"), [(b"\x03", 0), (b"\x03\x03", 130)])
def test_an_application_that_does_not_answer_keeps_nobody(tmp_path: Path, keys: bytes, code: int) -> None:
    """The last words are cut short; who asks twice does not even wait for them."""
    with terminal(tmp_path, "deaf") as here:
        before = termios.tcgetattr(here.slave)
        here.until(b"ready to call")
        here.type(b"c")
        here.until(b"Welcome")
        here.type(keys)

        here.until(USUAL_SCREEN)
        assert here.program.wait(30) == code
        assert termios.tcgetattr(here.slave) == before


def test_a_closed_window_hangs_up_and_ends_the_program(tmp_path: Path) -> None:
    with terminal(tmp_path) as here:
        here.until(b"ready to call")
        here.type(b"c")
        here.until(b"Welcome")
        here.close_window()

        assert here.program.wait() == 129
        assert here.diary.read_text().split() == ["/voice", "/over", "closed"]


def test_a_line_that_does_not_open_is_one_sentence_after_leaving(tmp_path: Path) -> None:
    with terminal(tmp_path, "broken") as here:
        here.until(b"no line today")
        here.type(b"\x11")
        here.rest()

        assert here.program.wait() == 1
        after = here.shown.rpartition(USUAL_SCREEN)[2]
        assert b"phone: the line could not be opened: no line today" in after
        assert b"Traceback" not in after


@pytest.mark.parametrize("without", ["stdin", "stdout", "stderr"])
def test_a_phone_without_a_whole_terminal_says_so_at_once(without: str) -> None:
    """A pipe for the input would be read for ever; a file for the error output would take the whole screen."""
    master, slave = os.openpty()
    streams = {"stdin": slave, "stdout": slave, "stderr": slave}
    streams[without] = subprocess.DEVNULL

    code = _phone_in(streams, TERM="xterm-256color")

    os.close(slave)
    said = b"" if without == "stderr" else os.read(master, 65536)
    os.close(master)
    assert code == 2
    assert ANOTHER_SCREEN not in said
    if without != "stderr":
        assert b"is not a terminal: start it in one" in said


@pytest.mark.parametrize("kind", ["", "dumb"])
def test_a_phone_in_a_terminal_that_cannot_be_drawn_on_says_so(kind: str) -> None:
    master, slave = os.openpty()

    code = _phone_in({"stdin": slave, "stdout": slave, "stderr": slave}, TERM=kind)

    said = os.read(master, 65536)
    os.close(slave)
    os.close(master)
    assert code == 2
    assert b"TERM says" in said
    assert ANOTHER_SCREEN not in said


def test_a_phone_whose_input_is_closed_says_so() -> None:
    words = f"{sys.executable} -c '{START}' <&-"

    found = subprocess.run(["bash", "-c", words], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)

    assert found.returncode == 2
    assert found.stderr.startswith("phone: standard input is not a terminal")
    assert len(found.stderr.splitlines()) == 1


START = "from okta_twilio_ivr.phone import main; main()"


def _phone_in(streams: dict[str, int], *, TERM: str) -> int:  # noqa: N803 - as the variable is called
    program = subprocess.Popen(
        [sys.executable, "-c", START],
        stdin=streams["stdin"], stdout=streams["stdout"], stderr=streams["stderr"], cwd=ROOT,
        env=os.environ | {"TERM": TERM},
    )  # fmt: skip
    return program.wait(timeout=60)
