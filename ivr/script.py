"""What pages answer, as TwiML documents: the only place that writes TwiML. Which answer is due is decided by the pages.

Silence is handled inside a document: a question is asked three times, then comes goodbye. That needs no counting
on the server, and no webhook for a caller who has put the phone down on the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from twilio.twiml.voice_response import Gather, VoiceResponse

from ivr.phrases import phrases_for
from ivr.phrases.catalogue import Phrases
from ivr.webhooks.results import Ask, AskForCode, Connect, Go, Goodbye, Next, Wait

REPROMPTS = 2
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


@dataclass(frozen=True, slots=True)
class Script:
    """Writes documents in one voice. `root` precedes the paths: the application may live below a prefix."""

    voice: str
    language: str
    root: str = ""

    @property
    def _phrases(self) -> Phrases:
        return phrases_for(self.language)

    def render(self, step: Next) -> str:
        """The TwiML document that does this."""
        response = VoiceResponse()
        match step:
            case Ask():
                self._question(response, step, num_digits=1, finish_on_key="", timeout=6)
            case AskForCode():  # there is time to look for the text message
                last = self._phrases.nothing_came
                self._question(response, step, num_digits=step.length, finish_on_key="#", timeout=15, last=last)
            case Wait(sentences, to, seconds, listens):
                if listens:
                    self._say(self._gather(response, to, num_digits=1, finish_on_key="", timeout=seconds), sentences)
                else:
                    self._say(response, sentences)
                    response.pause(length=seconds)
                response.redirect(self.root + to, method="POST")
            case Go(to, sentences):
                self._say(response, sentences)
                response.redirect(self.root + to, method="POST")
            case Connect():
                self._connect(response, step)
            case Goodbye(sentences):
                self._hang_up(response, sentences)
            case _:
                assert_never(step)
        return str(response)

    def _question(
        self,
        response: VoiceResponse,
        question: Ask | AskForCode,
        *,
        num_digits: int | None,
        finish_on_key: str,
        timeout: int,
        last: str = "",
    ) -> None:
        for attempt in range(1 + REPROMPTS):
            before = question.first if attempt == 0 else (self._phrases.no_input,)
            keys = self._gather(
                response, question.to, num_digits=num_digits, finish_on_key=finish_on_key, timeout=timeout
            )
            self._say(keys, (*before, question.prompt))
        self._hang_up(response, (self._phrases.still_nothing, last))

    def _gather(
        self, response: VoiceResponse, to: str, *, num_digits: int | None, finish_on_key: str, timeout: int
    ) -> Gather:
        return response.gather(
            num_digits=num_digits, finish_on_key=finish_on_key, timeout=timeout, method="POST", action=self.root + to
        )

    def _connect(self, response: VoiceResponse, step: Connect) -> None:
        """An hour at most: nobody pays for a forgotten call."""
        self._say(response, (step.sentence,))
        response.dial(
            step.number,
            caller_id=step.caller_id,
            action=self.root + step.to,
            method="POST",
            timeout=25,
            time_limit=3600,
        )

    def _hang_up(self, response: VoiceResponse, sentences: tuple[str, ...]) -> None:
        self._say(response, (*sentences, self._phrases.goodbye))
        response.hangup()

    def _say(self, where: VoiceResponse | Gather, sentences: tuple[str, ...]) -> None:
        """One Say for all: twilio escapes markup, but lets control characters through, which no XML may hold."""
        text = " ".join(_NOT_XML.sub(" ", sentence) for sentence in sentences if sentence).strip()
        if text:
            where.say(text, voice=self.voice, language=self.language)
