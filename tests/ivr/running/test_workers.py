"""`ivr serve --workers`: real processes on one port, with a real Redis between them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket

import pytest

from fakes.accounts.app import create_app as accounts_app
from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
from fakes.accounts.state import Accounts
from fakes.doors import served
from fakes.okta.app import create_app as okta_app
from fakes.okta.state import DEMO_TOKEN, Okta
from fakes.people import seed_accounts, seed_people
from ivr.printing import Failure
from ivr.running.workers import Supervisor
from ivr.settings import read_settings
from tests.ivr.handset import JANE, Clock, sid
from tests.ivr.running.dying import dies
from tests.ivr.running.service import PATIENCE, SIGNED_WITH, serving


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def test_a_killed_workers_call_goes_on_on_another_one(empty_redis: str, clock: Clock) -> None:
    okta, accounts = Okta(now=clock, seed=7), Accounts(now=clock)
    seed_people(okta)
    seed_accounts(accounts)
    port = free_port()
    async with served(okta_app(okta)) as org, served(accounts_app(accounts)) as api:
        environ = {
            "IVR_BACKEND": "live",
            "OKTA_ORG_URL": org,
            "OKTA_API_TOKEN": DEMO_TOKEN,
            "ACCOUNTS_API_URL": api,
            "ACCOUNTS_API_TOKEN": ACCOUNTS_TOKEN,
            "TWILIO_AUTH_TOKEN": SIGNED_WITH,
            "IVR_STORE_URL": empty_redis,
            "IVR_EVEN_PACE": "0",
        }
        async with serving("--workers", "2", "--operator-port", str(port), **environ) as service:
            assert "press 1" in await service.post("/ivr/welcome")
            await service.post("/ivr/menu", Digits="1")
            assert "sent you a text" in await service.post("/ivr/authenticate", Digits="1")
            worker = (await service.until(3, event="webhook"))[-1]["pid"]

            os.kill(worker, signal.SIGKILL)

            assert "/ivr/account_welcome" in await service.post("/ivr/verify_sms", Digits=okta.texts(JANE)[-1].code)
            assert "You're verified" in await service.post("/ivr/account_welcome")
            assert "Your balance is" in await service.post("/ivr/account_menu", Digits="1")
            assert len(okta.texts(JANE)) == 1
            others = {each["pid"] for each in (await service.until(6, event="webhook"))[3:]}
            assert worker not in others

            status, metrics = await service.get(f"http://127.0.0.1:{port}/metrics")
            assert (await service.get(service.address + "/readyz"))[0] == 200
            process = service.process
            process.terminate()
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0

    assert status == 200
    assert 'ivr_calls_total{stage="greeted"} 1.0' in metrics, "counted over both workers, the dead one, too"
    assert 'ivr_calls_total{stage="verified"} 1.0' in metrics
    assert 'ivr_factor_outcomes_total{factor="sms",outcome="Verified"} 1.0' in metrics
    assert JANE not in metrics
    assert sid(1) not in metrics
    assert JANE not in json.dumps(service.log)


async def test_calls_that_only_this_process_remembers_end_before_it_does() -> None:
    """By Ctrl-C, which Python and click would end it with at once; SIGTERM has one handler with it (test_closing)."""
    async with serving(IVR_BACKEND="fake") as service:
        await service.post("/ivr/welcome")
        service.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            while (await service.get(service.address + "/readyz"))[0] != 503:
                pass
        assert "a short break" in await service.post("/ivr/welcome", number=2)
        assert service.process.returncode is None

        assert "will call you back" in await service.post("/ivr/menu", Digits="2")
        assert "Goodbye" in await service.post("/ivr/call_back_order")

        async with asyncio.timeout(PATIENCE):
            assert await service.process.wait() == 0

    assert not [each for each in service.log if each["level"] == "error"]


def test_workers_that_die_as_soon_as_they_start_are_given_up(caplog: pytest.LogCaptureFixture) -> None:
    environ = {
        "IVR_BACKEND": "live",
        "IVR_WORKERS": "2",
        "IVR_STORE_URL": "redis://127.0.0.1:1",
        "OKTA_ORG_URL": "https://x.okta.com",
        "OKTA_API_TOKEN": "x",
        "TWILIO_AUTH_TOKEN": "y",
    }
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    try:
        with socket.create_server(("127.0.0.1", 0)) as door, pytest.raises(Failure, match="die as soon as they start"):
            Supervisor(read_settings(environ), door, work=dies).run()
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])

    assert "died (7)" in caplog.text
