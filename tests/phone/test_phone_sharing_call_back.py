"""What becomes of a call that the line made itself, when calls are written down as a script."""

from pathlib import Path

import pytest

from okta_twilio_ivr.world import open_demo
from simulator.callers.script.playing import run_call
from simulator.callers.script.reading import read_scripts
from simulator.errors import WrongUseError
from simulator.operator.masking import Mask
from simulator.phone.sharing.formats import told
from simulator.phone.sharing.script import script

CALL_BACK = Path(__file__).parents[2] / "docs" / "calls" / "call-back.yaml"


async def test_it_is_left_out_and_said_to_be() -> None:
    (call,) = read_scripts(CALL_BACK, {})
    asked, called_back = told((await run_call(call, open_demo)).journal.entries, mask=Mask())

    text = script([asked, called_back])

    assert "# Not carried over: that the line called +17735551234 itself" in text
    assert "call_back_join" not in text
    with pytest.raises(WrongUseError, match="nobody called here, the line did"):
        script([called_back])
