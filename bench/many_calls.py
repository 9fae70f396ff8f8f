"""`python -m bench.many_calls`: the memory of one `phone call` over thousands of calls of the demo, with every file.

Takes five minutes for 10,000 calls, so it is not a part of `make bench`. Exit code 1 when memory is not flat.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

SCRIPT = Path(__file__).parents[1] / "docs" / "calls" / "sms.yaml"
PHONE = "from okta_twilio_ivr.phone import main; main()"
FILES = ("report", "junit", "journal", "coverage")
EVERY = 1000
"""Calls between two looks at the memory; what the first of them leave is the measure of the rest."""
FLAT = 1.1
"""So much more of it may be there in the end."""


def memory_over(calls: int) -> Iterator[tuple[int, float]]:
    """How many calls were over, and the megabytes of the process that makes them; the last row is its peak."""
    with TemporaryDirectory() as folder:
        files = [
            word for kind in ("report", "junit", "journal", "coverage") for word in (f"--{kind}", f"{folder}/{kind}")
        ]
        command = [sys.executable, "-c", PHONE, "call", *[str(SCRIPT)] * calls, *files]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            over = 0
            for line in process.stdout:
                over += line.startswith("ok ")
                if line.startswith("ok ") and (over % EVERY == 0 or over == calls):
                    yield over, _megabytes(process.pid, "VmRSS" if over < calls else "VmHWM")
        if process.returncode != 0:
            raise RuntimeError(f"phone call ended with exit code {process.returncode}")


def _megabytes(pid: int, what: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.many_calls", description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000, help="how many; 10,000 unless said")
    calls = parser.parse_args().calls
    rows: list[float] = []
    for over, megabytes in memory_over(calls):
        rows.append(megabytes)
        print(f"{over:8,} calls {megabytes:6.0f} MB{' at most' if over == calls else ''}", flush=True)
    return 0 if rows[-1] <= rows[0] * FLAT else 1


if __name__ == "__main__":
    sys.exit(main())
