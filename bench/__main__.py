"""`python -m bench`: measures, prints the table of budgets and what has changed since the last kept release."""

import argparse
import asyncio
import sys
import tomllib
from pathlib import Path

from bench import demo_calls, hostile_sockets, okta_poll, phone, starting, testing_kit, webhooks
from bench.kept import Release, circumstances, keep, kept, table
from bench.measure import Row

PARTS = {
    "webhooks": webhooks,
    "demo_calls": demo_calls,
    "testing_kit": testing_kit,
    "okta_poll": okta_poll,
    "phone": phone,
    "starting": starting,
    "hostile_sockets": hostile_sockets,
}


async def _rows(names: list[str]) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += await PARTS[name].rows()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"only these: {', '.join(PARTS)}")
    parser.add_argument("--keep", action="store_true", help="as the results of this version, in bench/results")
    given = parser.parse_args()
    if unknown := [name for name in given.part if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]}: choose from {', '.join(PARTS)}")
    if given.keep and given.part:
        parser.error("--keep goes with all parts: a release is kept whole")
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    around = circumstances()
    release = Release(project["version"], around, asyncio.run(_rows(given.part or list(PARTS))))
    earlier = next(reversed(kept()), None)
    print(", ".join(f"{name} {value}" for name, value in around.items()) + "\n")
    print(table(release, earlier))
    if given.keep:
        print(f"kept in {keep(release)}", file=sys.stderr)


main()
