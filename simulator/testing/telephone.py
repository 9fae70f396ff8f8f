"""The telephone of asynchronous tests: it calls, and it fails the test when the call is not as the story says."""

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from simulator.callers.script.caller import Ear
from simulator.callers.script.device import Answer, Device, Intention
from simulator.callers.script.misses import (
    MissedError,
    ending_of,
    last_words,
    near_leg,
    near_warning,
    near_words,
    quoted,
    standing,
)
from simulator.callers.script.transcript import transcript
from simulator.errors import WrongUseError
from simulator.mobile import PushPrompt, Text
from simulator.numbers import Stir, read_called, read_caller
from simulator.printable import one_line
from simulator.testing.line import Line, noticed
from simulator.testing.marker import read_stir
from simulator.testing.wanted import Wanted, finder, shown
from simulator.timeline.failing import FAILED
from simulator.timeline.record import CallRecord, DialledLeg, Request
from simulator.vocabulary import (
    UNREMARKABLE,
    CallerId,
    Connected,
    Ended,
    Ending,
    Heard,
    Listening,
    Refusal,
    Ring,
    Sent,
    Warned,
)


class StoryError(AssertionError):
    """The call is not as the test tells it: why, what came nearest, and the call so far."""


@noticed
class AsyncPhone:
    """One person's phone on the test's line. Time passes only while a method waits for something.

    `hears` moves forward: it looks behind what was heard last, in the same prompt too.
    """

    def __init__(self, line: Line, number: str) -> None:
        """Raises WrongUseError for what is not a number."""
        self.number = read_caller(number, "a phone")
        self.line = line
        self.handset = line.handset(self.number, notice=self._look, is_watching=lambda: self._device.is_waiting)
        self._ear = Ear()
        self._device = Device(
            line.mobile,
            self.number,
            spoken=lambda: self.prompts,
            tell=lambda _: None,  # the journal is told, too
            note=self.handset.note,
            hesitate=self.handset.hesitate,
        )
        line.obligations.append(self._unanswered)

    # ------------------------------------------------------------ what a caller does

    async def dial(
        self,
        called: str | None = None,
        *,
        stir: Stir | None = None,
        caller_name: str | None = None,
        forwarded_from: str | None = None,
    ) -> str:
        """Call the line (or another number of the exchange) and let it answer; returns the call's sid.

        `stir`: how the number is vouched for (A, B, C, failed or none); `caller_name` and `forwarded_from`: what else
        the network says about it. What is None is as the marker says, or as usual.
        """
        usual = self.line.caller_ids.get(self.number, UNREMARKABLE)
        caller_id = CallerId(
            read_stir(stir) or usual.stir,
            caller_name or usual.caller_name,
            read_called(forwarded_from, "forwarded_from") if forwarded_from else usual.forwarded_from,
        )
        number = self.line.called if called is None else read_called(called, "dial")
        self._ear = Ear()
        await self._device.begin()
        return await self.handset.dial(number, caller_id)

    async def answers(self, *, sip_headers: Mapping[str, str] | None = None) -> str:
        """Take the newest call that rings this phone; returns its sid.

        `sip_headers` of a SIP address, such as {"X-Agent": "7"}, are told to the action of the Dial.
        """
        __tracebackhide__ = True
        sid = await self._is_rung()
        self._ear = Ear()
        await self._device.begin()
        await self.handset.answer(sid, sip_headers)
        return sid

    async def declines(self, outcome: Refusal = "busy") -> None:
        """Do not take the newest call that rings this phone."""
        __tracebackhide__ = True
        await self.handset.decline(await self._is_rung(), outcome)

    async def press(self, keys: str) -> None:
        """At the next Gather or Record, or the one running, press the keys, then wait until it has ended."""
        __tracebackhide__ = True
        if not await self.handset.press(keys):
            self._fail(f"{quoted(keys)} could not be pressed: {standing(self.record)}", last_words(self.record), keys)

    async def speaks(self, words: str, confidence: float = 0.9) -> None:
        """At the next Gather for speech, or the one running, say the words."""
        __tracebackhide__ = True
        if not await self.handset.speak(words, confidence):
            self._fail(f"{quoted(words)} could not be said: {standing(self.record)}", last_words(self.record))

    async def stays_silent(self) -> None:
        """Say and press nothing until the next Gather has given up."""
        __tracebackhide__ = True
        if not await self.handset.time_out():
            self._fail(f"no input timed out: {standing(self.record)}", last_words(self.record))

    async def records(self, seconds: float, end: str = "silence") -> None:
        """At the next Record, or the one running, talk that long, then be silent, press the key `end` or hang up.

        `end`: `silence`, `hangup` or a key; 0 seconds: say nothing.
        """
        __tracebackhide__ = True
        if not await self.handset.talk(seconds, end):
            self._fail(f"nothing was recorded: {standing(self.record)}", last_words(self.record))

    async def approves(self, number: int | None = None, *, later: bool = False) -> None:
        """The Okta Verify prompt of this call, or the next one, is approved.

        Where it offers numbers, `number` is tapped, or else the one that the call has said or says. The call goes on
        until there is one, unless it comes `later`: then with whatever the test does next.
        """
        __tracebackhide__ = True
        await self._answers("approve", number, later=later)

    async def denies(self, *, later: bool = False) -> None:
        """The Okta Verify prompt of this call, or the next one, is denied."""
        __tracebackhide__ = True
        await self._answers("deny", later=later)

    async def ignores(self, *, later: bool = False) -> None:
        """The Okta Verify prompt of this call, or the next one, is left alone."""
        __tracebackhide__ = True
        await self._answers("ignore", later=later)

    async def wait(self, seconds: float) -> None:
        """Let exactly that much time pass."""
        await self.handset.wait(seconds)

    async def hang_up(self) -> None:
        """End the call from this side."""
        await self.handset.hesitate()
        await self.handset.hang_up()

    async def breaks(self, trouble: str, *, times: int | None = None) -> None:
        """From the next request on webhooks meet this trouble, until it is mended; those of all phones of the test.

        With `times` only so many of them meet it. `webhook-500`, `webhook-slow`, `webhook-refused`, `webhook-broken` or
        `wrong-signature`; a fallback URL is spared. Raises WrongUseError for another name: services behind the
        application have the marker `faults`.
        """
        if trouble not in self.line.troubles.known:
            known = ", ".join(self.line.troubles.known)
            raise WrongUseError(f"webhooks have no trouble {trouble!r}; there are {known} (services: marker faults)")
        await self.handset.hesitate()
        await self.line.troubles.begin(trouble, times)

    async def mends(self, trouble: str | None = None) -> None:
        """This trouble is over, or all."""
        await self.handset.hesitate()
        if trouble is None:
            await self.line.troubles.end_all()
        else:
            await self.line.troubles.end(trouble)

    # ------------------------------------------------------------ what a test expects

    async def hears(self, wanted: Wanted) -> str:
        """This is spoken, within one prompt, after what was heard last; returns the words of that prompt."""
        __tracebackhide__ = True
        end_of, found = finder(wanted), ""

        def find(heard: Heard, start: int) -> int | None:
            nonlocal found
            end = end_of(heard.text or "", start)
            found = found if end is None else heard.text or ""
            return end

        if not await self.handset.until(self._ear.listen(self.record.heard, find)):
            self._fail(f"{shown(wanted)} was not heard: {standing(self.record)}", self._near(wanted))
        return found

    async def hears_in_order(self, *wanted: Wanted) -> None:
        """Each of these is heard, one after the other."""
        __tracebackhide__ = True
        for each in wanted:
            await self.hears(each)

    async def is_asked_for(
        self, *, digits: int | None = None, speech: bool | None = None, finish_on_key: str | None = None
    ) -> Listening:
        """A Gather listens, with exactly these terms (None: whatever they are); returns all its terms."""
        __tracebackhide__ = True
        terms = {"num_digits": digits, "speech": speech, "finish_on_key": finish_on_key}
        asked = {name: value for name, value in terms.items() if value is not None}

        def listening() -> Listening | None:
            now = self.record.listening
            is_it = now is not None and all(getattr(now, name) == value for name, value in asked.items())
            return now if is_it and now is not None and now.verb == "Gather" else None

        if not await self.handset.until(lambda: listening() is not None):
            told = ", ".join(f"{name} {value!r}" for name, value in asked.items())
            self._fail(
                f"no input was asked for{' with ' if told else ''}{told}: {standing(self.record)}", self._asked(asked)
            )
        found = listening()
        assert found is not None
        return found

    async def was_dialled(self, number: str) -> DialledLeg:
        """The call has dialled that number, or does so before it needs the caller; returns the newest such leg."""
        __tracebackhide__ = True
        number = read_called(number, "was_dialled")
        if not await self.handset.until(lambda: any(leg.called == number for leg in self.record.dialled)):
            self._fail(f"{number} was not dialled: {standing(self.record)}", near_leg(number, {}, self.record))
        return next(leg for leg in reversed(self.record.dialled) if leg.called == number)

    async def ended(self, ending: Ending = "completed") -> None:
        """The call is over, or ends without the caller's doing, in this way; `completed`: by the application."""
        __tracebackhide__ = True
        if not await self.handset.until(lambda: not self.handset.is_up):
            self._fail(f"the call did not end: {standing(self.record)}", last_words(self.record))
        assert self.record.ended is not None
        if ending == FAILED:
            self.line.expected_failures.add(self.record.sid)
        if self.record.ended.ending != ending:
            self._fail(f"the call ended ({ending_of(self.record)}), not ({ending})", near_warning(self.record))

    async def warned(self, code: int) -> Warned:
        """Twilio's debugger would show this code for the call; returns the first such finding."""
        __tracebackhide__ = True
        if not await self.handset.until(lambda: any(each.code == code for each in self.record.warnings)):
            self._fail(f"there was no warning {code}: {standing(self.record)}", near_warning(self.record))
        found = next(each for each in self.record.warnings if each.code == code)
        if found.level == "error":
            self.line.expected_failures.add(found.sid)
        return found

    async def took(self, seconds: float | None = None, *, at_least: float = 0.0, at_most: float | None = None) -> float:
        """The call has lasted that long so far, to a tenth of a second, or within these bounds; returns the seconds."""
        __tracebackhide__ = True
        record = self.record
        lasted = (self.line.clock.now() if record.ended is None else record.ended_at) - record.began
        is_so = seconds is None or abs(lasted - seconds) <= 0.1
        if not is_so or lasted < at_least or (at_most is not None and lasted > at_most):
            bounds = f"at least {at_least:g} s" + ("" if at_most is None else f" and at most {at_most:g} s")
            self._fail(f"the call took {lasted:.1f} s, not {bounds if seconds is None else f'{seconds:g} s'}")
        return lasted

    # ------------------------------------------------------------ what there is to look at

    @property
    def record(self) -> CallRecord:
        """Everything that became of the call so far."""
        return self.handset.record

    @property
    def prompts(self) -> tuple[str, ...]:
        """The words that reached the ear, one text a prompt."""
        heard = [entry.item for entry in self.record.heard]
        return tuple(each.text for each in heard if isinstance(each, Heard) and each.text)

    @property
    def requests(self) -> tuple[Request, ...]:
        """The HTTP requests that the call has made to the application."""
        return tuple(self.record.requests)

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What Twilio's debugger would show."""
        return tuple(self.record.warnings)

    async def texts(self) -> tuple[Text, ...]:
        """The text messages on this phone, oldest first: those that calls have sent, and those of `mobile`."""
        others = await self.line.mobile.texts(self.number)
        self.line.secrets.update(each.code for each in others if each.code)
        known = {(each.at, each.body) for each in others}
        sent = [
            Text(entry.item.to, entry.item.body, None, entry.at)
            for entry in self.line.entries
            if isinstance(entry.item, Sent) and entry.item.to == self.number
        ]
        here = [each for each in sent if (each.at, each.body) not in known]
        return tuple(sorted((*others, *here), key=lambda text: text.at))

    async def pushes(self) -> tuple[PushPrompt, ...]:
        """The Okta Verify prompts that wait on this phone, oldest first."""
        return tuple(await self.line.mobile.prompts(self.number))

    @property
    def transcript(self) -> str:
        """Everything so far as a person would tell it; typed codes are masked."""
        return "\n".join(transcript(self.line.entries, (), self.line.mask(), names=self.line.names))

    # ------------------------------------------------------------ being called

    async def _is_rung(self) -> str:
        __tracebackhide__ = True
        if not await self.handset.until(lambda: self._ringing() is not None):
            self._fail(f"no call rings {self.number}")
        sid = self._ringing()
        assert sid is not None
        return sid

    def _ringing(self) -> str | None:
        past: set[str] = set()
        for entry in reversed(self.line.entries):
            if isinstance(entry.item, Connected | Ended):
                past.add(entry.item.sid)
            elif isinstance(entry.item, Ring) and entry.item.called == self.number and entry.item.sid not in past:
                return entry.item.sid
        return None

    # ------------------------------------------------------------ the other screen

    async def _look(self) -> None:
        __tracebackhide__ = True
        if not self._device.is_waiting:
            return
        try:
            await self._device.look()
        except MissedError as error:
            self._give_up_prompts(error.reason, error.nearest)

    async def _answers(self, answer: Answer, number: int | None = None, *, later: bool) -> None:
        __tracebackhide__ = True
        try:
            await self._device.intend(Intention(answer, number, None))
        except MissedError as error:
            self._give_up_prompts(error.reason, error.nearest)
        if later or await self.handset.until(lambda: not self._device.is_waiting):
            return
        nearest = _offered(await self.pushes())
        self._give_up_prompts(f"no Okta Verify prompt came to {answer}: {standing(self.record)}", nearest)

    def _give_up_prompts(self, reason: str, nearest: str) -> NoReturn:
        __tracebackhide__ = True
        self._device.forget()
        self._fail(reason, nearest or last_words(self.record))

    def _unanswered(self) -> str | None:
        unused = self._device.unused
        return None if unused is None else f"no Okta Verify prompt came to {unused.answer} on {self.number}"

    # ------------------------------------------------------------ failing

    def _fail(self, reason: str, nearest: str = "", keys: str = "") -> NoReturn:
        __tracebackhide__ = True
        mask = self.line.mask()
        mask.learn(re.sub(r"\D", "", keys))
        told = transcript(self.line.entries, (), mask, names=self.line.names)  # the mask learns what was typed
        lines = [reason, *([f"  nearest: {nearest}"] if nearest else [])]
        lines = [*(one_line(mask.text(line)) for line in lines), "", *told]
        raise StoryError("\n".join(lines))

    def _near(self, wanted: Wanted) -> str:
        if callable(wanted):
            return last_words(self.record)
        end_of, texts = finder(wanted), [_text(entry.item) for entry in self.record.heard]
        passed = next((index for index, text in enumerate(texts) if end_of(text, 0) is not None), None)
        return near_words(wanted if isinstance(wanted, str) else wanted.pattern, self.record, passed=passed)

    def _asked(self, terms: dict[str, int | bool | str]) -> str:
        now = self.record.listening
        if now is None or now.verb != "Gather":
            return last_words(self.record)
        differing = [f"{name} is {getattr(now, name)!r}" for name in terms if getattr(now, name) != terms[name]]
        return f"a Gather whose {' and '.join(differing)}"


def _offered(prompts: Sequence[PushPrompt]) -> str:
    """Why a prompt that is there was not answered."""
    numbers = [", ".join(map(str, prompt.choices)) for prompt in prompts if prompt.choices]
    return f"a prompt that offers {numbers[-1]}, none of which was said" if numbers else ""


def _text(item: object) -> str:
    return item.text or "" if isinstance(item, Heard) else ""
