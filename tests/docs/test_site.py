"""The documentation site is built strictly, and has every page of docs/."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = {path.name for path in (ROOT / "docs").glob("*.md")}


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text().split("\nnav:\n")[1]

    assert set(re.findall(r"[\w-]+\.md", navigation)) == PAGES


def test_the_site_is_built_without_a_warning() -> None:
    command = [str(Path(sys.executable).parent / "zensical"), "build", "--strict"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    page = (ROOT / "site/api/index.html").read_text()
    assert "Call the line (or another number of the exchange) and let it answer" in page
