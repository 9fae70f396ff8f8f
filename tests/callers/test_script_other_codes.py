"""Codes that no text message brings: the one that an authenticator app shows, and the one that a voice speaks."""

import json
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from okta_twilio_ivr.world import open_demo
from simulator.cli.phone import make_phone
from simulator.mobile import ShownCode, Text
from tests.callers.line import HandMobile, Pages, Play, told

ASK_CODE = '<Gather numDigits="6" action="/check"><Say>Enter the code.</Say></Gather>'
CALLS = Path(__file__).parents[2] / "docs" / "calls"


class Phone(HandMobile):
    """A mobile with an authenticator app, which voices call."""

    def __init__(self, *, app: str | None, call: str | None) -> None:
        super().__init__()
        self._app = app
        self._call = call

    async def shown(self, number: str) -> ShownCode | None:
        del number
        return None if self._app is None else ShownCode(self._app, 30.0)

    async def spoken(self, number: str) -> Sequence[Text]:
        return () if self._call is None else [Text(number, "A voice calls.", self._call, 0.0, by="call")]


async def test_each_name_is_the_code_that_came_that_way(play: Play) -> None:
    mobile = Phone(app="111222", call="333444")
    mobile.deliver("555666")
    pages: Pages = {"/voice": ASK_CODE, "/check": lambda params: f"<Say>{params['Digits']}</Say>{ASK_CODE}"}
    steps = "".join(
        f'- press: "${{{name}}}"\n- hear: "{code}"\n'
        for name, code in (("totp_code", 111222), ("spoken_code", 333444), ("sms_code", 555666))
    )

    result = await play(steps, pages, mobile=mobile)

    assert result.message() is None


async def test_what_there_is_not_is_named(play: Play) -> None:
    none = Phone(app=None, call=None)

    assert "no authenticator app of +17735551234 shows a code" in told(
        await play('- press: "${totp_code}"', ASK_CODE, mobile=none)
    )
    assert "no code has been spoken in a call to +17735551234" in told(
        await play('- press: "${spoken_code}"', ASK_CODE, mobile=none)
    )
    assert "no authenticator app" in told(await play('- press: "${totp_code}"', ASK_CODE, mobile=HandMobile()))


def test_a_shown_code_is_of_its_moment_and_masked_in_the_journal(tmp_path: Path) -> None:
    """Forty seconds pass after the app was looked at last: the old code would be refused."""
    script = tmp_path / "late.yaml"
    script.write_text(
        (CALLS / "totp.yaml")
        .read_text()
        .replace('  - press: "${totp_code}"', '  - wait: 40\n  - press: "${totp_code}"')
    )
    journal, report = tmp_path / "c.jsonl", tmp_path / "r.json"
    run = CliRunner().invoke

    open_run = run(make_phone(open_demo), ["call", str(script), "--unmasked", "--report", str(report)])
    (code,) = {
        each["params"]["Digits"]
        for each in json.loads(report.read_text())[0]["requests"]
        if len(each["params"].get("Digits", "")) == 6
    }
    masked_run = run(make_phone(open_demo), ["call", str(script), "--journal", str(journal)])

    assert (open_run.exit_code, masked_run.exit_code) == (0, 0), open_run.output
    assert code not in journal.read_text() + masked_run.output
