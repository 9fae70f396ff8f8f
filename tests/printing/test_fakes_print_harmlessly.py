"""Whatever somebody asks a served fake or writes into its seed, nothing that `fakes serve` prints or logs steers."""

import json
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from fakes.cli import main
from fakes.printing import one_line_handler
from tests.printing.harmless import HOSTILE, MARK, harm_in


@pytest.mark.parametrize("text", [json.dumps({HOSTILE: 1}), json.dumps({"users": [{HOSTILE: 1}]}), HOSTILE, "["])
def test_a_seed_is_refused_harmlessly(text: str, tmp_path: Path) -> None:
    seed = tmp_path / f"{MARK}\x1b[2J\n::error::.yaml"
    seed.write_text(text)

    result = CliRunner().invoke(main, ["serve", "--seed", str(seed)])

    assert result.exit_code == 2
    assert MARK in result.stderr
    assert harm_in(result.output) == []


def test_the_log_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.Logger("fakes.okta")
    logger.addHandler(one_line_handler())

    logger.warning("not simulated: %s %s", "GET", HOSTILE)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        logger.exception(HOSTILE)

    said = capsys.readouterr().err
    assert said.count(MARK) > 2
    assert harm_in(said) == []
