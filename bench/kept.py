"""Results that are kept, a file a release, with their circumstances, and the page that shows them side by side.

Circumstances are the machine, how busy it was, and versions: nothing that says whose machine it is.
"""

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from bench.measure import NOISE, Row

HOME = Path(__file__).parent / "results"
VERDICTS = {None: "", True: "met", False: "MISSED"}


@dataclass(frozen=True, slots=True)
class Release:
    """What was measured for one version, and where."""

    version: str
    circumstances: Mapping[str, str]
    rows: Sequence[Row]

    def row(self, what: str) -> Row | None:
        """The row of that name; None where it was not measured then."""
        return next((row for row in self.rows if row.what == what), None)


def kept(home: Path = HOME) -> list[Release]:
    """All releases, oldest version first."""
    found = [_read(file) for file in home.glob("*.json")]
    return sorted(found, key=lambda each: [int(part) for part in re.findall(r"\d+", each.version)])


def keep(release: Release, home: Path = HOME) -> Path:
    """Write a release's file, in place of an earlier one of that version, and the page of all."""
    home.mkdir(exist_ok=True)
    file = home / f"{release.version}.json"
    file.write_text(json.dumps(asdict(release), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (home / "README.md").write_text(page(kept(home)), encoding="utf-8")
    return file


def growth(row: Row, earlier: Row | None) -> str:
    """How the row has changed since, in words; an equals sign within the noise."""
    if earlier is None:
        return "new"
    word = "better" if (row.value > earlier.value) == row.budget.startswith("≥") else "WORSE"
    if row.value <= 0 or earlier.value <= 0:  # there is no share of nothing, or of less
        return "=" if abs(row.value - earlier.value) < 1 else f"was {earlier.measured}, {word}"
    change = row.value / earlier.value - 1
    return "=" if abs(change) <= NOISE else f"{change:+.0%} {word}"


def table(release: Release, earlier: Release | None) -> str:
    """The rows in Markdown, with what has changed since the earlier release."""
    since = "" if earlier is None else f" since {earlier.version}"
    lines = [f"| what | measured | floor | budget | | {since.strip()} |", "|---|---|---|---|---|---|"]
    for row in release.rows:
        change = "" if earlier is None else growth(row, earlier.row(row.what))
        verdict = "noisy" if row.is_noisy and row.is_met is False else VERDICTS[row.is_met]
        lines.append(f"| {row.what} | {row.measured} | {row.beside} | {row.budget} | {verdict} | {change} |")
    return "\n".join(lines) + "\n"


def page(releases: Sequence[Release]) -> str:
    """The newest release in full, and every row over all of them."""
    newest = releases[-1]
    earlier = releases[-2] if len(releases) > 1 else None
    lines = [
        "# Measured",
        "Written by `make bench ARGS=--keep`, once a release; budgets are the design's. Numbers of different machines",
        "are no growth: look at the circumstances first.",
        "",
        f"## {newest.version}",
        ", ".join(f"{name} {value}" if name != "machine" else value for name, value in newest.circumstances.items()),
        "",
        table(newest, earlier),
    ]
    if earlier is not None:
        whats = [row.what for row in newest.rows]
        lines += ["## All releases", "| what | " + " | ".join(each.version for each in releases) + " |"]
        lines += ["|---" * (len(releases) + 1) + "|"]
        for what in whats:
            measured = [row.measured if (row := each.row(what)) else "" for each in releases]
            lines.append(f"| {what} | " + " | ".join(measured) + " |")
    return "\n".join(lines).rstrip() + "\n"


def _read(file: Path) -> Release:
    data = json.loads(file.read_text(encoding="utf-8"))
    return Release(data["version"], data["circumstances"], [Row(**each) for each in data["rows"]])


LIBRARIES = ("aiohttp", "hypercorn", "okta", "quart", "textual", "twilio")


def circumstances() -> dict[str, str]:
    """In the order in which they are shown."""
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "load before": " ".join(f"{each:.1f}" for each in os.getloadavg()),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        **{name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    """The processor's own name where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
