"""What a load keeps of a call that failed."""

from pathlib import Path

import pytest

from simulator.callers.script.playing import Settings, run_call
from simulator.callers.script.reading import read_scripts
from simulator.load.outcomes import failed_call, outcome_of
from tests.phone.bank import Branch

SCRIPT = """
name: asks the database
steps:
  - press: "2"
  - wait: 7
  - hear: Your balance
"""


async def test_a_fault_has_the_time_of_day_at_which_it_happened_not_when_the_call_was_over(tmp_path: Path) -> None:
    (tmp_path / "script.yaml").write_text(SCRIPT)
    (script,) = read_scripts(tmp_path / "script.yaml")

    result = await run_call(script, Branch(), Settings())

    kept = failed_call(result, outcome_of(result), at=1000.0)
    (fault,) = kept.faults
    assert fault.code == 11200
    assert fault.at == pytest.approx(1000.0 - 7.0, abs=0.5)
