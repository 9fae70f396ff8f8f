"""A telephone network in a process: it acts like Twilio towards any webhook application.

The core (this module's names) needs the standard library only; wires, scripts and the terminal phone are imported
from their own modules.
"""

from simulator.callers.handset import Handset
from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Number, Place, Policy
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
    "Number",
    "Operator",
    "Place",
    "Policy",
    "WallClock",
]
