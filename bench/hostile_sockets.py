"""What applications that misbehave on a WebSocket cost: `phone call` against each, ten minutes of virtual time.

Every call ends by itself, in peace or because its application has sent too much. Memory is that of the phone's process
at its largest; the applications are processes of their own.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from bench.measure import Row
from tests.simulator.hostile_application import BEHAVIOURS

MOST = 200
"""Megabytes."""
LONGEST = 120.0
"""Real seconds, after which the call is killed and the budget missed."""
_SCRIPT = "steps:\n  - wait: 600\n"
_PHONE = "from simulator.cli.phone import make_phone; make_phone()(prog_name='phone')"


async def rows() -> list[Row]:
    with TemporaryDirectory() as folder:
        return [_row(name, Path(folder)) for name in BEHAVIOURS]


def _row(name: str, folder: Path) -> Row:
    script = folder / "call.yaml"
    script.write_text(_SCRIPT, encoding="utf-8")
    megabytes, seconds, has_ended = _cost(name, script, folder / "journal.jsonl")
    shown = f"{megabytes:.0f} MB, {seconds:.1f} s" + ("" if has_ended else ", did not end by itself")
    what = f"a call of ten minutes with an application that sends {name.replace('_', ' ')}"
    return Row(what, shown, f"≤ {MOST} MB", has_ended and megabytes <= MOST, megabytes)


def _cost(name: str, script: Path, journal: Path) -> tuple[float, float, bool]:
    """Megabytes and seconds of one `phone call`, and whether it ended by itself and without a complaint."""
    hostile = (sys.executable, "-m", "tests.simulator.hostile_application", name)
    with subprocess.Popen(hostile, stdout=subprocess.PIPE, text=True) as application:
        assert application.stdout is not None
        url = f"http://127.0.0.1:{int(application.stdout.readline())}/voice"
        words = (sys.executable, "-c", _PHONE, "call", str(script), "--url", url, "--journal", str(journal))
        began = time.monotonic()
        with TemporaryFile() as complaints:
            phone = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=complaints)
            has_ended = _ends(phone, began + LONGEST) and complaints.seek(0, os.SEEK_END) == 0
        _, _, usage = os.wait4(phone.pid, 0)
        application.kill()
        return usage.ru_maxrss / 1024, time.monotonic() - began, has_ended


def _ends(phone: "subprocess.Popen[bytes]", until: float) -> bool:
    """Wait for its end without taking its place in the table of processes: that has what it used."""
    while time.monotonic() < until:
        if os.waitid(os.P_PID, phone.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(0.05)
    phone.kill()
    return False
