"""How long things take to start, each in a fresh interpreter."""

import subprocess
import sys
import time

from bench.measure import Row


async def rows() -> list[Row]:
    return [_importing(package) for package in ("ivr", "simulator", "fakes")]


def _importing(package: str) -> Row:
    empty, seconds = _run("pass"), _run(f"import {package}")
    spent = max(0.0, seconds - empty)
    return Row(f"import {package}", f"{spent:.2f} s", "≤ 0.5 s", spent <= 0.5)


def _run(statement: str) -> float:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        times.append(time.perf_counter() - began)
    return min(times)
