"""`python -m bench.drill`: real Redis, two workers, many calls at once in real time, and a kill -9 on the way.

The fakes stand for Okta and the accounts API. Callers listen and think as long as bench/drill/calls says.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import yaml

from bench.drill import outage
from bench.drill.judging import Verdict, table, verdicts
from bench.drill.people import callers_of, customers, seed_of
from bench.drill.processes import REDIS, Workers, fakes, free_port, line, redis

CALLS = Path(__file__).parent / "calls"
WORKERS = 2
KILLED_AFTER = 0.4  # of the time
GRACE = 180.0  # seconds for the last calls to end
LONG = 120.0  # seconds; in a shorter drill there are fewer callers, who hurry
PEOPLE = 6  # for every call at once: in ten minutes nobody calls so often that a limit of theirs is met
LIMITS = {"IVR_CHALLENGES_OF_ALL": "1000000", "IVR_WRONG_CODES_OF_ALL": "1000000"}
"""Of the line as a whole, which are made for fewer callers; those of a person and a number stay."""


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.drill", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--callers", type=int, help="calls at once (200; in a short drill 40)")
    parser.add_argument("--report", type=Path, help="where to write what came of it (JSON)")
    parser.add_argument("--folder", type=Path, help="where the logs of all processes stay, an empty one")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that all processes are ended
    if REDIS is None:
        print("drill: redis-server is not installed; install it and try again", file=sys.stderr)
        return 2
    is_short = given.seconds < LONG
    with tempfile.TemporaryDirectory(prefix="drill-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        document, rows = _drill(folder, given.seconds, given.callers or (40 if is_short else 200), is_short)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {platform.machine()}, {os.cpu_count()} cores, load average {os.getloadavg()[1]:.1f}")
    print(table(rows))
    if given.report is not None:
        given.report.write_text(json.dumps(document | {"verdicts": [asdict(each) for each in rows]}, indent=2) + "\n")
    return 0 if all(each.is_met is not False for each in rows) else 1


def _drill(folder: Path, seconds: float, callers: int, is_short: bool) -> tuple[dict[str, Any], list[Verdict]]:
    people = customers(callers * PEOPLE)
    (folder / "seed.yaml").write_text(yaml.safe_dump(seed_of(people)))
    (folder / "callers.txt").write_text(callers_of(people))
    (folder / "redis").mkdir()
    port = free_port()
    with fakes(folder / "seed.yaml", folder) as services:
        with redis(folder / "redis") as store:
            environ = {**services, **LIMITS, "IVR_STORE_URL": store, "IVR_LOG": "json"}
            with line(environ, folder, workers=WORKERS, operator_port=port) as (address, supervisor):
                _until_ready(address)
                workers = Workers(supervisor)
                with workers.watched():
                    report, killed_at = _load(folder, address, services, seconds, callers, is_short, workers)
                numbers = _numbers(port)
                alive = len(workers.alive())
        document = {"load": report, "killed_at": killed_at, "memory": workers.memory, "callers": callers}
        rows = verdicts(
            report,
            killed_at=killed_at,
            growth=workers.growth(after=seconds / 5),
            restarted=int(_sum(numbers, "ivr_workers_restarted_total")),
            alive=alive,
            failed_webhooks=int(_sum(numbers, "ivr_webhook_seconds_count", 'how="failed"')),
            is_short=is_short,
        )
        return document, [*rows, *outage.drill(folder, services)]


def _load(
    folder: Path,
    address: str,
    services: Mapping[str, str],
    seconds: float,
    callers: int,
    is_short: bool,
    workers: Workers,
) -> tuple[dict[str, Any], float]:
    """The load's report, and when a worker was killed meanwhile."""
    out, door = folder / "load.json", f"{address}/ivr/welcome"
    command = [
        *(
            sys.executable,
            "-c",
            "from okta_twilio_ivr.phone import main; main()",
            "load",
            *map(str, sorted(CALLS.glob("*.yaml"))),
        ),
        *("--url", door, "--fallback-url", door),  # as `ivr setup twilio` does it
        *("--okta", services["OKTA_ORG_URL"], "--auth-token", services["TWILIO_AUTH_TOKEN"]),
        *("--callers", str(folder / "callers.txt")),
        *("--users", str(callers), "--time", str(seconds), "--grace", str(GRACE), "--report", str(out)),
        *("--rate", str(callers / 10), *(("--var", "listen=1", "--var", "read=2") if is_short else ())),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as load:
        try:
            time.sleep(seconds * KILLED_AFTER)
            pid, killed_at = workers.kill_one(), time.time()
            print(f"killed worker {pid}", file=sys.stderr)
            load.wait(seconds + GRACE + 60)
        finally:
            load.terminate()
    report: dict[str, Any] = json.loads(out.read_text())
    return report, killed_at


def _until_ready(address: str) -> None:
    """Returns when workers answer; an empty line would answer nobody, and its socket lets them wait."""
    with urlopen(f"{address}/readyz", timeout=60) as reply:
        reply.read()


def _numbers(port: int) -> list[tuple[str, float]]:
    """The line's own numbers: name with labels, value."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
        lines = reply.read().decode().splitlines()
    pairs = (each.rpartition(" ") for each in lines if not each.startswith("#"))
    return [(name, float(value)) for name, _, value in pairs]


def _sum(numbers: list[tuple[str, float]], name: str, label: str = "") -> float:
    return sum(value for each, value in numbers if each.partition("{")[0] == name and label in each)


if __name__ == "__main__":
    sys.exit(main())
