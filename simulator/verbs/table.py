"""The one table of verbs: which element is read by which room, what it does, and whether reaching it answers the call.

A new verb is a file, a row here, a test file and a row in docs/twiml.md.
"""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.twiml.attributes import Finding
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs import (
    connect,
    echo,
    enqueue,
    gather,
    hangup,
    leave,
    pause,
    pay,
    play,
    record,
    redirect,
    refer,
    reject,
    say,
    sms,
    start,
)
from simulator.verbs.dial import dial
from simulator.verbs.script import Flow, Leg, Script


@frozen
class VerbKind:
    """A row: the verb's dataclass, its reader, its script, and whether the call is answered before it runs.

    `is_simulated`: False for a verb that is read and checked, but refused by name when it is reached.
    """

    data: type
    read: Callable[[Element, list[Finding]], Any]  # each room reads its own dataclass
    script: Callable[[Any, Leg], Script | Flow]  # and runs what it read
    answers: bool = True
    is_simulated: bool = True


VERBS: Mapping[str, VerbKind] = {
    "Dial": VerbKind(dial.Dial, dial.read, dial.script, answers=False),
    "Say": VerbKind(say.Say, say.read, say.script),
    "Play": VerbKind(play.Play, play.read, play.script),
    "Pause": VerbKind(pause.Pause, pause.read, pause.script, answers=False),
    "Gather": VerbKind(gather.Gather, gather.read, gather.script),
    "Record": VerbKind(record.Record, record.read, record.script),
    "Echo": VerbKind(echo.Echo, echo.read, echo.script),
    "Sms": VerbKind(sms.Sms, sms.read, sms.script, answers=False),
    "Redirect": VerbKind(redirect.Redirect, redirect.read, redirect.script, answers=False),
    "Hangup": VerbKind(hangup.Hangup, hangup.read, hangup.script),
    "Enqueue": VerbKind(enqueue.Enqueue, enqueue.read, enqueue.script, answers=False),
    "Leave": VerbKind(leave.Leave, leave.read, leave.script, answers=False),
    "Connect": VerbKind(connect.Connect, connect.read, connect.script, answers=False),
    "Start": VerbKind(start.Start, start.read_start, start.start, answers=False),
    "Stop": VerbKind(start.Stop, start.read_stop, start.stop, answers=False),
    "Reject": VerbKind(reject.Reject, reject.read, reject.script, answers=False),
    "Refer": VerbKind(refer.Refer, refer.read, refer.script, answers=False, is_simulated=False),
    "Pay": VerbKind(pay.Pay, pay.read, pay.script, answers=False, is_simulated=False),
    "Prompt": VerbKind(pay.Prompt, pay.read_prompt, pay.script_prompt, answers=False, is_simulated=False),
}
