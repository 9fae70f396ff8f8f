"""The second drill: Redis is killed in the middle of a call and comes back. Nobody gets in, and all hear why."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from bench.drill.judging import Verdict
from bench.drill.processes import free_port, line, redis
from simulator.callers.handset import Handset
from simulator.cli.networks import with_control_plane
from simulator.network import CALLED, Network, open_network
from simulator.operator.clock import ManualClock

JANE = "+17735551234"
TROUBLE = "Sorry, something went wrong on our side. Please call again later."
PATIENCE = 30.0  # seconds for readiness, which a worker looks up at most once in ten, to change


def drill(folder: Path, services: Mapping[str, str]) -> list[Verdict]:
    """Rows; every process it starts is ended."""
    (folder / "outage").mkdir()
    with ExitStack() as store, ExitStack() as rest:
        url = store.enter_context(redis(folder / "outage"))
        environ = {**services, "IVR_STORE_URL": url}
        address, _ = rest.enter_context(line(environ, folder, workers=2, operator_port=free_port()))
        token = services["TWILIO_AUTH_TOKEN"]
        to_line = partial(open_network, f"{address}/ivr/welcome", auth_token=token)
        network = with_control_plane(to_line, services["OKTA_ORG_URL"])

        async def calls() -> list[Verdict]:
            clock = ManualClock()
            async with network(clock) as opened:
                return await _calls(opened, clock, address, store, folder / "outage")

        return asyncio.run(calls())


async def _calls(network: Network, clock: ManualClock, address: str, store: ExitStack, folder: Path) -> list[Verdict]:
    proven = await _up_to_the_code(network, clock)
    store.close()
    await proven.press(await _code(network))
    late = Handset(network.operator, clock, "+17735555678")
    await late.dial(CALLED)
    is_told = all([await _is_told(each) for each in (proven, late)])
    red = await asyncio.to_thread(_readiness, address, 503)
    store.enter_context(redis(folder))
    green = await asyncio.to_thread(_readiness, address, 200)
    again = await _up_to_the_code(network, clock)
    await again.press(await _code(network))
    await again.until(lambda: again.has_heard("Thank you, Jane"))
    return [
        Verdict(
            "Redis killed: callers hear a sentence, and nothing private", "yes" if is_told else "no", "yes", is_told
        ),
        Verdict("Redis killed / back: readiness", f"{red} / {green}", "503 / 200", (red, green) == (503, 200)),
        Verdict(
            "Redis back: the right code opens the account",
            "yes" if again.has_heard("Thank you, Jane") else "no",
            "yes",
            again.has_heard("Thank you, Jane"),
        ),
    ]


async def _up_to_the_code(network: Network, clock: ManualClock) -> Handset:
    phone = Handset(network.operator, clock, JANE)
    await phone.dial(CALLED)
    for _ in range(2):
        await phone.press("1")
    await phone.until(lambda: phone.has_heard("I have sent you a text message"))
    return phone


async def _is_told(phone: Handset) -> bool:
    """They hear of trouble, and are not let in."""
    return await phone.until(lambda: phone.has_heard(TROUBLE)) and not phone.has_heard("Thank you, ")


async def _code(network: Network) -> str:
    return f"{(await network.mobile.texts(JANE))[-1].code}#"


def _readiness(address: str, wanted: int) -> int:
    """The status of /readyz, once it is the wanted one or patience is at an end."""
    until = time.monotonic() + PATIENCE
    while (status := _status(f"{address}/readyz")) != wanted and time.monotonic() < until:
        time.sleep(0.5)
    return status


def _status(url: str) -> int:
    try:
        with urlopen(url, timeout=15) as reply:
            return int(reply.status)
    except HTTPError as error:
        return error.code
