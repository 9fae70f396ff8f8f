"""The lines that our pages give to start from have nothing the explorer finds wrong."""

import re
import runpy
from pathlib import Path

import pytest

from simulator.explorer.exploring import explore
from simulator.explorer.findings.finding import Survey
from simulator.explorer.findings.table import find_all
from simulator.explorer.plan import Plan
from tests.explorer_drawing.lines import network_of

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The file of that name: an example, or one that stands in docs/testing.md."""
    name: str = request.param
    if (DOCS / "examples" / name).exists():
        return DOCS / "examples" / name
    (text,) = re.findall(rf"```python {name}\n(.*?)```", (DOCS / "testing.md").read_text("utf-8"), re.DOTALL)
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("sample", ["line.py", "flask_line.py", "fastapi_line.py", "quart_line.py"], indirect=True)
async def test_a_sample_has_no_finding(sample: Path) -> None:
    network = network_of(runpy.run_path(str(sample))["app"])

    tree = await explore(network, Plan(), stopwatch=lambda: 0.0)

    assert len(tree.states) > 3
    assert find_all(Survey(tree)) == ()
