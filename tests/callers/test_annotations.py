"""Lines that GitHub Actions shows beside a file: read back by GitHub's own rules they say what was meant, printably."""

import re
from pathlib import Path
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cli.printing import annotation, are_wanted, in_workspace
from simulator.printable import one_line

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def as_github_reads(line: str) -> tuple[str, dict[str, str], str]:
    """The runner splits at `::`, then at commas and the first `=`, and takes the escapes back."""
    found = re.fullmatch(r"::(\w+)(?: (.*?))?::(.*)", line, re.DOTALL)
    assert found is not None
    pairs = (pair.split("=", 1) for pair in (found[2] or "").split(",") if pair)
    return found[1], {name: unquote(value) for name, value in pairs}, unquote(found[3])


@settings(max_examples=50)
@given(title=TEXT, message=TEXT, file=TEXT.filter(one_line))
def test_what_is_read_back_is_what_was_meant(title: str, message: str, file: str) -> None:
    line = annotation("warning", title, message, file, 7)

    level, properties, text = as_github_reads(line)
    assert "\n" not in line
    assert "\r" not in line
    assert (level, text) == ("warning", "\n".join(map(one_line, message.split("\n"))))
    assert properties == ({"title": one_line(title)} if one_line(title) else {}) | {"file": one_line(file), "line": "7"}


def test_the_line_as_github_documents_it() -> None:
    told = annotation("error", "balance, by SMS", "100% wrong\nsee below: x", "calls/sms.yaml", 3)

    assert told == "::error title=balance%2C by SMS,file=calls/sms.yaml,line=3::100%25 wrong%0Asee below: x"


def test_without_a_file_there_is_no_line_and_without_a_title_nothing() -> None:
    assert annotation("notice", "t", "m", line=3) == "::notice title=t::m"
    assert annotation("notice", "", "m") == "::notice::m"


def test_they_are_on_in_github_s_runs_unless_said_otherwise() -> None:
    assert are_wanted(None, {"GITHUB_ACTIONS": "true"})
    assert not are_wanted(None, {})
    assert not are_wanted(False, {"GITHUB_ACTIONS": "true"})
    assert are_wanted(True, {})


def test_files_are_named_from_the_root_of_the_checkout(tmp_path: Path) -> None:
    file = tmp_path / "line" / "calls" / "sms.yaml"

    assert in_workspace(file, {"GITHUB_WORKSPACE": str(tmp_path)}) == "line/calls/sms.yaml"
    assert in_workspace(file, {"GITHUB_WORKSPACE": "/elsewhere"}) == file.as_posix()
    assert in_workspace(Path("calls/sms.yaml"), {}) == "calls/sms.yaml"
