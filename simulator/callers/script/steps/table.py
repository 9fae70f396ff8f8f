"""The one table of steps: name, how it is read, how it is performed, and what may stand beside it. No other dispatch.

A new step is a frozen dataclass with its two functions, and a row here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.callers.script.caller import Caller
from simulator.callers.script.source import Value
from simulator.callers.script.steps import (
    acting,
    breaking,
    company,
    dialling,
    ending,
    expecting,
    hearing,
    recording,
    rooms,
)


@dataclass(frozen=True, slots=True)
class StepKind:
    """A row. `read` takes the step's value and the values beside it; `perform` raises MissedError when it misses."""

    data: type
    read: Callable[[Value, Mapping[str, Value]], Any]  # each kind reads its own dataclass
    perform: Callable[[Any, Caller], Awaitable[None]]  # and performs what it read
    companions: tuple[str, ...] = ()
    inner: Callable[[Value], Value] | None = None
    """Where in its value the steps of another person stand."""


STEPS: Mapping[str, StepKind] = {
    "hear": StepKind(hearing.Hear, hearing.read_hear, hearing.hear),
    "not_hear": StepKind(hearing.NotHear, hearing.read_not_hear, hearing.not_hear),
    "hear_play": StepKind(hearing.HearPlay, hearing.read_hear_play, hearing.hear_play),
    "not_hear_play": StepKind(hearing.NotHearPlay, hearing.read_not_hear_play, hearing.not_hear_play),
    "hear_digits": StepKind(hearing.HearDigits, hearing.read_hear_digits, hearing.hear_digits),
    "press": StepKind(acting.Press, acting.read_press, acting.press),
    "speak": StepKind(acting.Speak, acting.read_speak, acting.speak, ("confidence",)),
    "timeout": StepKind(acting.StaySilent, acting.read_timeout, acting.stay_silent),
    "wait": StepKind(acting.LetPass, acting.read_wait, acting.let_pass),
    "hangup": StepKind(acting.HangUp, acting.read_hangup, acting.hang_up),
    "push": StepKind(acting.AnswerPush, acting.read_push, acting.answer_push, ("number",)),
    "break": StepKind(breaking.Break, breaking.read_break, breaking.break_it, ("times",)),
    "mend": StepKind(breaking.Mend, breaking.read_mend, breaking.mend),
    "record": StepKind(recording.Talk, recording.read_record, recording.record, ("end",)),
    "transcription": StepKind(recording.Transcribe, recording.read_transcription, recording.transcription, ("of",)),
    "expect_request": StepKind(expecting.ExpectRequest, expecting.read_expect_request, expecting.expect_request),
    "expect_no_request": StepKind(
        expecting.ExpectNoRequest, expecting.read_expect_no_request, expecting.expect_no_request
    ),
    "expect_dial": StepKind(dialling.ExpectDial, dialling.read_expect_dial, dialling.expect_dial),
    "dial_outcome": StepKind(
        dialling.EndDial, dialling.read_dial_outcome, dialling.dial_outcome, ("seconds", "sip_headers")
    ),
    "callee": StepKind(
        company.Callee, company.read_callee, company.callee, ("sip_headers",), inner=lambda value: value
    ),
    "call_back": StepKind(company.CallBack, company.read_call_back, company.call_back, inner=lambda value: value),
    "caller": StepKind(company.OtherCaller, company.read_caller, company.caller, inner=company.steps_of_caller),
    "expect_bridged": StepKind(dialling.ExpectBridged, dialling.read_expect_bridged, dialling.expect_bridged),
    "expect_conference": StepKind(rooms.ExpectConference, rooms.read_expect_conference, rooms.expect_conference),
    "expect_warning": StepKind(expecting.ExpectWarning, expecting.read_expect_warning, expecting.expect_warning),
    "expect_end": StepKind(ending.ExpectEnd, ending.read_expect_end, ending.expect_end),
    "http_get": StepKind(expecting.HttpGet, expecting.read_http_get, expecting.http_get),
}
