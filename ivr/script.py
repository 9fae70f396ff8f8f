"""Sentences and questions as TwiML documents; which ones are due is decided by the webhooks.

Silence is handled inside a document: a question is asked three times, then comes goodbye. That needs no counting
on the server, and no webhook for a caller who has put the phone down on the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from twilio.twiml.voice_response import Gather, VoiceResponse

from ivr import phrases

REPROMPTS = 2
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


@dataclass(frozen=True, slots=True)
class Script:
    """Writes documents in one voice. `root` precedes the paths: the application may live below a prefix."""

    voice: str
    language: str
    root: str = ""

    def ask(self, prompt: str, *, to: str, first: tuple[str, ...] = ()) -> str:
        """A menu: any one key, `#` and `*` included, goes to `to`."""
        return self._question(prompt, first, to=to, num_digits=1, finish_on_key="", timeout=6)

    def ask_code(self, prompt: str, *, to: str, length: int | None, first: tuple[str, ...] = ()) -> str:
        """A code: done at `length` keys, if that is known, or `#`; there is time to look for the text message."""
        return self._question(
            prompt, first, to=to, num_digits=length, finish_on_key="#", timeout=15, last=(phrases.NOTHING_CAME,)
        )

    def wait(self, *sentences: str, to: str, seconds: int, listens: bool = False) -> str:
        """Speak, let time pass, go to another page. Meanwhile one key is taken there, if it `listens`."""
        response = VoiceResponse()
        if listens:
            gather = response.gather(
                num_digits=1, finish_on_key="", timeout=seconds, method="POST", action=self.root + to
            )
            self._say(gather, sentences)
            response.redirect(self.root + to, method="POST")
            return str(response)
        self._say(response, sentences)
        response.pause(length=seconds)
        response.redirect(self.root + to, method="POST")
        return str(response)

    def go(self, to: str, *sentences: str) -> str:
        """Speak, then go to another page."""
        response = VoiceResponse()
        self._say(response, sentences)
        response.redirect(self.root + to, method="POST")
        return str(response)

    def connect(self, number: str, *, caller_id: str, to: str, sentence: str) -> str:
        """Speak, then dial a number; `to` hears how that went. An hour at most: nobody pays for a forgotten call."""
        response = VoiceResponse()
        self._say(response, (sentence,))
        response.dial(number, caller_id=caller_id, action=self.root + to, method="POST", timeout=25, time_limit=3600)
        return str(response)

    def goodbye(self, *sentences: str) -> str:
        """Speak and hang up."""
        response = VoiceResponse()
        self._say(response, (*sentences, phrases.GOODBYE))
        response.hangup()
        return str(response)

    def _question(
        self,
        prompt: str,
        first: tuple[str, ...],
        *,
        to: str,
        num_digits: int | None,
        finish_on_key: str,
        timeout: int,
        last: tuple[str, ...] = (),
    ) -> str:
        response = VoiceResponse()
        for attempt in range(1 + REPROMPTS):
            gather = response.gather(
                num_digits=num_digits,
                finish_on_key=finish_on_key,
                timeout=timeout,
                method="POST",
                action=self.root + to,
            )
            self._say(gather, (*first, prompt) if attempt == 0 else (phrases.NO_INPUT, prompt))
        self._say(response, (phrases.STILL_NOTHING, *last, phrases.GOODBYE))
        response.hangup()
        return str(response)

    def _say(self, where: VoiceResponse | Gather, sentences: tuple[str, ...]) -> None:
        """One Say for all: twilio escapes markup, but lets control characters through, which no XML may hold."""
        text = " ".join(_NOT_XML.sub(" ", sentence) for sentence in sentences if sentence).strip()
        if text:
            where.say(text, voice=self.voice, language=self.language)
