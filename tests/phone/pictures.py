"""Makes the pictures of docs/screens from the running program (`make screens`), the same every time; tests nothing."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from okta_twilio_ivr.replays import replayed_demo
from simulator.network import OpenNetwork
from simulator.phone.watching import AppStatus
from tests.phone.bank import Branch
from tests.phone.visitor import Visitor, visiting

SCREENS = Path(__file__).parents[2] / "docs" / "screens"


async def balance(visitor: Visitor) -> None:
    """The usual demo: who is it, a code, the balance."""
    await code(visitor)
    await press(visitor, "t", then_wait=3)
    await press(visitor, "1", then_wait=3.2)


async def code(visitor: Visitor) -> None:
    """A code has arrived."""
    await press(visitor, "c", then_wait=7.5)
    await press(visitor, "1", then_wait=3)
    await press(visitor, "1", then_wait=4)


async def push(visitor: Visitor) -> None:
    """Okta Verify asks."""
    await visitor.press("p", "down", "enter")
    await press(visitor, "c", then_wait=2)
    await press(visitor, "1", then_wait=2)
    await press(visitor, "1", then_wait=4)
    await visitor.press("m")


async def mistakes(visitor: Visitor) -> None:
    """A document with mistakes, seen in the inspector."""
    await visitor.press("c")
    await visitor.wait(2)
    await visitor.press("4", "i")
    await visitor.wait(1.2)


async def sequence(visitor: Visitor) -> None:
    """Who told whom what, up to the code."""
    await code(visitor)
    await visitor.press("s")
    await visitor.wait(0.1)  # the names above are drawn once the pane has its size


async def restarting(visitor: Visitor) -> None:
    """The application has changed under a call, and is called anew."""
    await visitor.press("c")
    await visitor.wait(2)
    visitor.app.phone.hear_of(AppStatus("changed", "app.py has changed: waiting for the application"), True)
    await visitor.wait(1.5)
    visitor.app.phone.hear_of(AppStatus("back", "app.py has changed", is_ready=True), False)
    await visitor.settle()
    await visitor.wait(3.5)


async def press(visitor: Visitor, key: str, *, then_wait: float) -> None:
    """Press a key and let the line answer, which takes the demo real time, before time passes on the phone."""
    await visitor.press(key)
    while any(request.outcome == "out" for request in visitor.session.traffic.requests.values()):
        await visitor.settle()
    await visitor.wait(then_wait)


def demo() -> OpenNetwork:
    """The demo, in which every answer takes the same time."""
    return replayed_demo(stopwatch=count(0.0, 0.012).__next__)


@dataclass(frozen=True)
class Picture:
    """What to do first, on which line and screen."""

    scene: Callable[[Visitor], Awaitable[None]]
    size: tuple[int, int]
    network: Callable[[], OpenNetwork] = demo
    is_light: bool = False


PICTURES = {
    "phone": Picture(balance, (132, 40)),
    "phone-80x24": Picture(code, (80, 24)),
    "phone-160x50": Picture(code, (160, 50)),
    "phone-push": Picture(push, (80, 24), is_light=True),
    "phone-sequence": Picture(sequence, (132, 40), is_light=True),
    "phone-mistakes": Picture(mistakes, (132, 40), Branch),
    "phone-reload": Picture(restarting, (80, 24), Branch),
}


async def take(name: str) -> str:
    """The picture, as SVG."""
    picture = PICTURES[name]
    async with visiting(picture.network(), size=picture.size, light=picture.is_light) as visitor:
        await picture.scene(visitor)
        return as_svg(visitor)


async def main() -> None:
    """Write every picture."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        (SCREENS / f"{name}.svg").write_text(await take(name), encoding="utf-8")


def as_svg(visitor: Visitor) -> str:
    """The screen as it is now; fonts are those of whoever looks at it, none is fetched; no mark of when it was made."""
    svg = visitor.app.export_screenshot(title="phone")
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+-", "terminal-", svg)


if __name__ == "__main__":
    asyncio.run(main())
