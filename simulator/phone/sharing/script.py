"""A call as a script that `phone call` plays: what the person did, what they heard, how it ended. Plays nothing.

Prompts that were cut off are left out: a script presses its keys as soon as somebody listens. A code is `${sms_code}`;
anything else that was typed and is masked must be given with `--var`.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict
from urllib.parse import urlsplit

from simulator.errors import WrongUseError
from simulator.operator.beside import (
    OutsideCall,
    PromptAnswered,
    PromptArrived,
    TextArrived,
    TroubleBegan,
    TroubleEnded,
)
from simulator.operator.journal import Entry
from simulator.operator.masking import DOT, LEAST
from simulator.phone.sharing.story import Story
from simulator.printable import json_text, one_line
from simulator.vocabulary import (
    Answered,
    Ask,
    Declined,
    Ended,
    Heard,
    HungUp,
    Ignored,
    Joined,
    Listening,
    Pressed,
    Queued,
    Recorded,
    Ring,
    Spoke,
    StoppedListening,
    StreamStarted,
    Talked,
    Transcribed,
    Warned,
)

_CODES = {"text": "sms_code", "call": "spoken_code", "app": "totp_code"}

_ENDS = {"completed", "rejected", "hangup", "application-error"}
_STATUSES = {"busy", "no-answer", "failed", "canceled"}
_SHORTEST = 3
"""Characters of a piece of a sentence that is worth listening for."""


def script(stories: Sequence[Story], *, name: str = "recorded call") -> str:
    """The script file; several calls stand under `calls:`. Raises WrongUseError when all were made by the line."""
    lines = ["# Made from a recorded call; play it with: phone call THIS-FILE"]
    rung = [story for story in stories if isinstance(story.entries[0].item, Ring)]
    stories = [story for story in stories if story not in rung]
    if not stories:
        raise WrongUseError("nobody called here, the line did: only calls to a line can be made a script")
    lines += [one_line(f"# Not carried over: that the line called {story.called} itself") for story in rung]
    if len(stories) == 1:
        return "\n".join((*lines, *_Writer(stories[0], name).lines())) + "\n"
    lines.append("calls:")
    for position, story in enumerate(stories, 1):
        first, *rest = _Writer(story, f"{name} {position}").lines()
        lines += [f"  - {first}", *(f"    {line}" if line else "" for line in rest)]
    return "\n".join(lines) + "\n"


class _Writer:
    """Goes through one call and writes down its steps."""

    def __init__(self, story: Story, name: str) -> None:
        self._story = story
        self._name = name
        self._steps: list[str] = []
        self._keys = ""
        self._is_answered = False
        """The person has done something for what listens now."""
        self._listening: Listening | None = None
        self._talked: float | None = None
        self._codes: list[str] = []
        self._code_name = _CODES["text"]
        self._choices: set[str] = set()
        self._unknown = 0
        self._recordings: list[str] = []
        self._warnings: dict[int, None] = {}
        self._left_out: dict[str, None] = {}
        self._troubles: list[str] = []
        """What was broken before the call began."""
        outside = (entry.item for entry in story.entries if isinstance(entry.item, OutsideCall))
        self._refused = {call.request for call in outside if call.status == 403}
        """Webhooks during which a service refused something, such as a wrong code."""

    def lines(self) -> list[str]:
        """The fields of the call and its steps."""
        for position, entry in enumerate(self._story.entries):
            if entry.sid == self._story.sid:
                self._take(position, entry)
            else:
                self._take_of_other(entry)
        for code in self._warnings:
            self._steps.append(f"expect_warning: {code}")
        steps = [step for step in self._steps if not step.startswith("expect_end")]
        steps += [step for step in self._steps if step.startswith("expect_end")][-1:]
        head = [
            f"name: {json_text(self._name)}",
            f"from: {json_text(self._story.caller)}",
            f"to: {json_text(self._story.called)}",
        ]
        said = asdict(self._story.caller_id)
        head += [f"{name}: {json_text(value)}" for name, value in said.items() if value is not None]
        if self._troubles:
            head.append(f"trouble: [{', '.join(self._troubles)}]")
        notes = [one_line(f"# Not carried over: {what}") for what in self._left_out]
        notes += [f"# Give what was typed with --var typed_{n + 1}=…" for n in range(self._unknown)]
        return [*head, *notes, "steps:", *(f"  - {step}" for step in steps)]

    # ------------------------------------------------------------ the person's own call

    def _take(self, position: int, entry: Entry) -> None:
        match entry.item:
            case Heard() as heard if not heard.is_cut:
                self._hear(heard)
            case Listening() as listening:
                self._listening, self._keys, self._talked, self._is_answered = listening, "", None, False
            case Pressed(key=key):
                if not self._is_ignored(position):
                    self._keys += key
            case Spoke() as spoke if not self._is_ignored(position):
                self._is_answered = True
                self._act("speak", spoke.words, confidence=spoke.confidence)
            case Talked(seconds=seconds):
                self._talked = seconds
            case StoppedListening() as stopped:
                self._stop(stopped, position)
            case HungUp():
                self._hang_up()
            case Ended() as ended:
                self._end(ended)
            case _:
                self._take_beside(position, entry)

    def _take_beside(self, position: int, entry: Entry) -> None:
        match entry.item:
            case Ask() as ask if ask.purpose == "document" and ask.own:
                self._request(ask)
            case TextArrived(code=code, by=by) if code:
                self._codes.append(code)
                self._code_name = _CODES[by]
            case PromptArrived(choices=choices):
                self._choices.update(map(str, choices))
            case PromptAnswered(approve=approve):
                self._steps.append(f"push: {'approve' if approve else 'deny'}")
            case Recorded(recording=recording):
                self._recordings.append(recording)
            case Transcribed(recording=recording, text=text) if text and recording in self._recordings:
                self._act("transcription", text, of=self._recordings.index(recording) + 1)
            case Warned(code=code, level=level) if code and level != "policy":
                self._warnings[code] = None
            case TroubleBegan() | TroubleEnded() as trouble:
                self._trouble(position, trouble)
            case Joined() | Queued():
                self._left_out["what happened in a conference or queue"] = None
            case StreamStarted():
                self._left_out["what was said to a media stream"] = None
            case _:
                return

    def _hear(self, heard: Heard) -> None:
        prompt = heard.prompt
        if prompt.verb in ("Say", "text/plain") and heard.text:
            piece = self._fit_to_hear(heard.text)
            if piece:
                self._act("hear", piece)
        elif prompt.verb == "Play" and prompt.digits is not None:
            self._act("hear_digits", prompt.digits)
        elif prompt.verb == "Play" and prompt.url is not None:
            self._act("hear_play", _plain(urlsplit(prompt.url).path or prompt.url))

    def _fit_to_hear(self, words: str) -> str:
        """The longest piece of the words without what is masked or differs from call to call."""
        apart = [re.escape(DOT) + "+", r"\$\{", *(rf"\b{choice}\b" for choice in sorted(self._choices))]
        pieces = [piece.strip() for piece in re.split("|".join(apart), words)]
        longest = max(pieces, key=len, default="")
        return longest if len(longest) >= _SHORTEST else ""

    def _trouble(self, position: int, trouble: TroubleBegan | TroubleEnded) -> None:
        if trouble.party == "mobile":
            self._left_out[f"trouble of the handset itself ({trouble.meaning})"] = None
        elif isinstance(trouble, TroubleBegan) and self._is_beginning(position):
            each = json_text(trouble.name)
            counted = f"{{break: {each}, times: {trouble.times}}}"
            self._troubles.append(each if trouble.times is None else counted)
        elif isinstance(trouble, TroubleBegan):
            self._act("break", trouble.name, **({} if trouble.times is None else {"times": trouble.times}))
        elif not trouble.is_used_up:
            self._act("mend", trouble.name)

    def _is_beginning(self, position: int) -> bool:
        """Nothing but trouble has come before."""
        return all(isinstance(entry.item, TroubleBegan) for entry in self._story.entries[1:position])

    def _stop(self, stopped: StoppedListening, position: int) -> None:
        listening, self._listening = self._listening, None
        if listening is None:
            return
        if listening.verb == "Record":
            self._record()
        elif self._keys:
            self._act("press", self._typed(position))
        elif not self._is_answered and stopped.outcome != "empty":
            self._steps.append("timeout: true")
        self._keys = ""

    def _record(self) -> None:
        seconds = f"{self._talked or 0:g}"
        if self._keys:
            self._steps.append(f"record: {seconds}\n    end: {json_text(self._keys[-1])}")
        else:
            self._steps.append(f"record: {seconds}")
        self._talked = None

    def _hang_up(self) -> None:
        if self._listening is not None and self._listening.verb == "Record" and self._talked is not None:
            self._steps.append(f"record: {self._talked:g}\n    end: hangup")
        else:
            if self._listening is not None and self._keys:
                self._left_out[f"{len(self._keys)} keys typed before hanging up"] = None
            self._steps.append("hangup: true")
        self._listening = None

    def _end(self, ended: Ended) -> None:
        if ended.ending in _ENDS:
            self._steps.append(f"expect_end: {ended.ending}")
        elif ended.ending in ("dropped", "updated") and ended.status == "completed":
            self._steps.append("expect_end: completed")
        elif ended.status in _STATUSES:
            self._steps.append(f"expect_end: {ended.status}")

    def _typed(self, position: int) -> str:
        """The keys as a script may hold them."""
        keys = self._keys.rstrip("#") if self._keys.strip("#") else self._keys
        finish = self._keys[len(keys) :]
        newest = self._codes[-1] if self._codes else None
        if len(keys) < LEAST or (DOT not in keys and keys != newest):
            return self._keys
        if newest is not None and len(keys) == len(newest) and not self._is_refused(position):
            return f"${{{self._code_name}}}{finish}"
        if newest is not None and set(newest) <= {DOT}:
            return "0" * len(keys) + finish  # it was wrong, so any other will do
        self._unknown += 1
        return f"${{typed_{self._unknown}}}{finish}"

    def _is_refused(self, position: int) -> bool:
        """The webhook that carried these keys was one during which a service refused something."""
        later = (entry.item for entry in self._story.entries[position:] if entry.sid == self._story.sid)
        ask = next((item for item in later if isinstance(item, Ask) and item.purpose == "document"), None)
        return ask is not None and ask.request in self._refused

    def _is_ignored(self, position: int) -> bool:
        after = self._story.entries[position + 1 : position + 2]
        return bool(after) and isinstance(after[0].item, Ignored)

    def _request(self, ask: Ask) -> None:
        path = urlsplit(ask.url)
        shown = _plain((path.path or "/") + (f"?{path.query}" if path.query else ""))
        if DOT in shown or shown != (path.path or "/") + (f"?{path.query}" if path.query else ""):
            return
        params = {
            name: ask.params[name]
            for name in ask.own
            if name in ("Digits", "SpeechResult") and name in ask.params and _is_plain(ask.params[name])
        }
        pairs = ", ".join(f"{name}: {json_text(value)}" for name, value in params.items())
        also = f", params: {{{pairs}}}" if pairs else ""
        self._steps.append(f"expect_request: {{method: {ask.method}, path: {json_text(shown)}{also}}}")

    # ------------------------------------------------------------ phones that the line rings

    def _take_of_other(self, entry: Entry) -> None:
        match entry.item:
            case Ring(called=called):
                self._act_with("expect_dial", f"{{number: {json_text(called)}}}")
            case Answered():
                self._steps.append("callee: [{wait: 1}]")
            case Declined(outcome=outcome):
                self._steps.append(f"dial_outcome: {outcome}")
            case HungUp():
                self._left_out["that the other phone hung up"] = None
            case _:
                return

    def _act(self, step: str, text: str, **beside: object) -> None:
        self._act_with(step, json_text(text), **beside)

    def _act_with(self, step: str, value: str, **beside: object) -> None:
        self._steps.append("\n    ".join((f"{step}: {value}", *(f"{name}: {each}" for name, each in beside.items()))))


def _is_plain(text: str) -> bool:
    return DOT not in text and "${" not in text


def _plain(text: str) -> str:
    return text.partition("${")[0].partition(DOT)[0]
