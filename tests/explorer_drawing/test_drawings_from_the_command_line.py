"""`phone explore` writes what it found as drawings."""

from pathlib import Path

from click.testing import CliRunner

from simulator.cli.phone import make_phone
from tests.explorer_drawing.lines import open_line


def test_the_files_are_written(tmp_path: Path) -> None:
    chart, graph, page = (tmp_path / name for name in ("tree.mmd", "tree.dot", "tree.html"))
    files = ["--mermaid", str(chart), "--dot", str(graph), "--html", str(page)]

    result = CliRunner().invoke(make_phone(open_line), ["explore", "--depth", "3", "--faults", "0", *files])

    assert result.exit_code == 1, result.output
    assert chart.read_text().startswith("flowchart TD\n")
    assert graph.read_text().startswith("digraph calls {\n")
    assert "application-error" in page.read_text()
    assert 'class="error"' in page.read_text()


def test_a_file_that_cannot_be_written_is_refused_before_the_first_call(tmp_path: Path) -> None:
    result = CliRunner().invoke(make_phone(open_line), ["explore", "--html", str(tmp_path / "no" / "tree.html")])

    assert result.exit_code == 2
    assert "there is no directory" in result.output
