"""Makes the pictures of docs/screens from the running program: `python -m tests.phone.pictures`. Tests nothing."""

import asyncio
import re
from pathlib import Path

from demo.world import open_demo
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


async def press(visitor: Visitor, key: str, *, then_wait: float) -> None:
    """Press a key and let the line answer, which takes the demo real time, before time passes on the phone."""
    await visitor.press(key)
    while any(request.outcome == "out" for request in visitor.desk.traffic.requests.values()):
        await visitor.settle()
    await visitor.wait(then_wait)


async def main() -> None:
    """Write every picture."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    async with visiting(open_demo, size=(132, 40)) as visitor:
        await balance(visitor)
        save(visitor, "phone")
    async with visiting(open_demo, size=(80, 24)) as visitor:
        await code(visitor)
        save(visitor, "phone-80x24")
    async with visiting(open_demo, size=(80, 24), light=True) as visitor:
        await push(visitor)
        save(visitor, "phone-push")
    async with visiting(Branch(), size=(132, 40)) as visitor:
        await mistakes(visitor)
        save(visitor, "phone-mistakes")


def save(visitor: Visitor, name: str) -> None:
    """Write the screen as it is now; fonts are those of whoever looks at it, none is fetched."""
    svg = visitor.app.export_screenshot(title="phone")
    (SCREENS / f"{name}.svg").write_text(re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
