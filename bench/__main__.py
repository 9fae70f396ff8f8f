"""`python -m bench`: measures and prints the table of budgets."""

import asyncio
import os
import platform
import sys

from bench import demo_calls, okta_poll, starting, testing_kit, webhooks
from bench.measure import Row


async def _all_rows() -> list[Row]:
    rows: list[Row] = []
    for part in (webhooks, demo_calls, testing_kit, okta_poll, starting):
        print(f"measuring {part.__name__.removeprefix('bench.')} …", file=sys.stderr, flush=True)
        rows += await part.rows()
    return rows


def main() -> None:
    rows = asyncio.run(_all_rows())
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {platform.machine()}, {os.cpu_count()} cores\n")
    print("| what | measured | budget | |\n|---|---|---|---|")
    for row in rows:
        verdict = {None: "", True: "met", False: "MISSED"}[row.is_met]
        print(f"| {row.what} | {row.measured} | {row.budget} | {verdict} |")


main()
