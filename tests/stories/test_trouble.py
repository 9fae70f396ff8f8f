"""Services that fail: whatever happens, the caller hears a sentence, and nobody gets in without the factor."""

import pytest

from tests.stories.conftest import Caller, Stage


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_okta_fails_when_the_account_is_asked_for(stage: Stage, jane: Caller, status: int) -> None:
    await jane.dials()
    stage.meets(f"refused-{status}")
    await jane.presses("1")
    await jane.phone.until(lambda: not jane.phone.is_up)

    assert jane.phone.record.warnings == []
    assert not any(page.startswith("account") for page in jane.pages)
    assert "cannot verify who you are" in " ".join(jane.transcript)


async def test_okta_fails_when_the_code_is_checked(stage: Stage, jane: Caller) -> None:
    await jane.dials()
    await jane.presses("1")
    await jane.presses("1")
    code = await jane.code()
    stage.meets("down-at-the-code")
    await jane.presses(code + "#")
    await jane.phone.until(lambda: not jane.phone.is_up)

    assert jane.phone.record.warnings == []
    assert not any(page.startswith("account") for page in jane.pages)


async def test_the_accounts_api_fails(stage: Stage, jane: Caller) -> None:
    await jane.dials()
    await jane.presses("1")
    await jane.presses("1")
    await jane.presses(await jane.code() + "#")
    stage.meets("balance-down")
    await jane.presses("1")
    await jane.hears("cannot reach your account")
    await jane.phone.until(lambda: not jane.phone.is_up)
    assert jane.phone.record.warnings == []


async def test_hanging_up_at_any_time_leaves_nothing_running(jane: Caller) -> None:
    await jane.dials()
    await jane.presses("1")
    await jane.phone.hang_up()

    assert jane.phone.record.ended is not None
    assert jane.phone.record.ended.ending == "hangup"
    assert jane.network.operator.exchange.timer is None
