"""What numbers depend on: the machine, how busy it was, and versions. Nothing that says whose machine it is."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

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
