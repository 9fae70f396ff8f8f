"""A telephone network in a process: it acts like Twilio towards any webhook application.

The core (this module's names) needs the standard library only; wires, scripts and the terminal phone are imported
from their own modules. Names are loaded when first used, so that a screen can be drawn before the exchange is there.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.callers.handset import Handset
    from simulator.exchange.exchange import Exchange
    from simulator.exchange.numbers import Number, Place, Policy
    from simulator.network import Network, open_network
    from simulator.operator.clock import ManualClock, WallClock
    from simulator.operator.journal import Journal
    from simulator.operator.operator import Operator
    from simulator.wires.asgi import AsgiWire

__all__ = [
    "AsgiWire",
    "Exchange",
    "Handset",
    "Journal",
    "ManualClock",
    "Network",
    "Number",
    "Operator",
    "Place",
    "Policy",
    "WallClock",
    "open_network",
]

_HOMES = {
    "AsgiWire": "simulator.wires.asgi",
    "Exchange": "simulator.exchange.exchange",
    "Handset": "simulator.callers.handset",
    "Journal": "simulator.operator.journal",
    "ManualClock": "simulator.operator.clock",
    "Network": "simulator.network",
    "Number": "simulator.exchange.numbers",
    "Operator": "simulator.operator.operator",
    "Place": "simulator.exchange.numbers",
    "Policy": "simulator.exchange.numbers",
    "WallClock": "simulator.operator.clock",
    "open_network": "simulator.network",
}


def __getattr__(name: str) -> object:
    """Called for a name that is not loaded yet (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
