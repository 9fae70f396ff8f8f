"""A session of `<ConversationRelay>`: the caller's words and keys to the application, its messages to the ear.

Sources: Twilio docs, ConversationRelay WebSocket messages; the order of messages is that of recorded calls. What nobody
documents is our choice (L) and is in docs/twiml.md.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

from simulator.durations import said_after, seconds_to_say
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs.play import AUDIO_TYPES, DEFAULT_TONE_SECONDS, TONE_SECONDS, UNKNOWN_SECONDS
from simulator.verbs.relay import messages
from simulator.verbs.relay.messages import End, MalformedError, NotValidError, Play, SendDigits, SwitchLanguage, Text
from simulator.verbs.relay.noun import ConversationRelay, address_of, mismatch_of
from simulator.verbs.relay.queue import (
    A_BIT,
    FIRST_SOUND,
    MOST_CHARACTERS,
    MOST_WAITING,
    Begun,
    Item,
    Over,
    PlayQueue,
    chunks_of,
    seconds_of,
)
from simulator.verbs.script import Incoming, Kinds, Leg, TimedOut, Wait
from simulator.vocabulary import (
    Fetched,
    Heard,
    Ignored,
    Pressed,
    Prolonged,
    Prompt,
    RelayOverdue,
    RelaySaid,
    RelaySent,
    RelayStarted,
    RelayStopped,
    Speaking,
    Spoke,
    StreamEnded,
    StreamOpened,
    Unreachable,
)

OPENING, GREETING = 0.7, 0.5
"""Seconds from the document to the WebSocket (CR30), and from setup to the greeting."""
PARTIAL, SILENCE = 0.25, 0.5
"""Seconds between two partial prompts, and from the last word to the final one (CR42)."""
TONES_TOLD = 2.0
"""Seconds after which `tokensPlayed` reports tones (CR64)."""
LEAST_LETTERS, LEAST_CONFIDENCE = 3, 0.7
"""What speech must have to interrupt, seen in one live session (CR09, M)."""
MOST_MALFORMED = 10
BACKCHANNEL = frozenset(
    ("ah", "aha", "good", "got", "great", "hm", "hmm", "i", "it", "mhm", "mm", "mmhm", "oh", "ok", "okay", "right",
     "see", "sure", "uh", "uhhuh", "uhuh", "yeah", "yep", "yes", "yup")
)  # fmt: skip
"""Words that are listening, not talking (our choice, L; CR19 names the first of them only)."""
CLOSING = (1000, "Closing websocket session")
TOO_MANY = (1007, "Too many consecutive malformed messages.")
MessageKind = Literal["setup", "prompt", "dtmf", "interrupt", "info", "error"]
LATE, TOO_LATE = 2.0, 4.0
"""Real seconds until an answer after which callers wonder, and after which they speak again (our choice)."""


@frozen
class Ending:
    """How a session ended. `told` are the parameters of the action."""

    told: dict[str, str]
    pause: float = 0.0
    """Seconds until the action is asked."""


@dataclass(slots=True)
class _Saying:
    """What the caller is saying; `understood` is what the recogniser has of it."""

    words: str
    confidence: float
    began: float
    step: int = 1
    understood: str = ""
    has_interrupted: bool = False

    @property
    def ends(self) -> float:
        return self.began + seconds_to_say(self.words)


@dataclass(slots=True)
class _Utterance:
    """What the agent is saying: chunks of one reply without a pause."""

    turn: int
    began: float
    prompt: Prompt
    heard: str = ""
    seconds: float = 0.0


def converse(relay: ConversationRelay, leg: Leg, told: dict[str, str]) -> Generator[Wait, Incoming, Ending]:
    """Open the WebSocket and talk until either side ends it.

    What an action would be told is kept in `told` all the time, for the call may end meanwhile.
    """
    address = address_of(relay.url, leg.url)
    stream = leg.draw_sid("VX")
    told |= {"SessionId": stream, "SessionStatus": "failed", "SessionDuration": "0"}
    if address is None:
        leg.warn(64102, f"url of <ConversationRelay>: {malformed(relay.url)}", relay.line)
        return _failed(told, 39001, "network connection to the WebSocket server failed")
    yield Wait(OPENING)
    url, is_plain = address
    leg.emit(RelayStarted(leg.sid, stream, url, is_plain))
    session = _Session(relay, leg, stream, told)
    try:
        event = yield Wait(None, (StreamOpened, StreamEnded), for_application=True)
        if isinstance(event, StreamEnded):
            leg.warn(64102, event.reason, relay.line)
            return _failed(told, 39001, "network connection to the WebSocket server failed")
        session.begin()
        while session.ending is None:
            session.take((yield session.wait()))
    except GeneratorExit:  # the call is over, or the REST API leads it elsewhere
        session.break_off()
        raise
    return session.ending


def _failed(told: dict[str, str], code: int, message: str, pause: float = 0.0) -> Ending:
    return Ending(told | {"SessionStatus": "failed", "ErrorCode": str(code), "ErrorMessage": message}, pause)


class _Session:
    """One open session; `told` is kept up to date."""

    def __init__(self, relay: ConversationRelay, leg: Leg, stream: str, told: dict[str, str]) -> None:
        self.ending: Ending | None = None
        self._relay, self._leg, self._stream, self._told = relay, leg, stream, told
        self._opened = leg.now
        self._queue = PlayQueue()
        self._turn = 0
        self._open_turn: Text | None = None
        """The first message of the reply that is being sent; None when none is."""
        self._tail = ""
        self._is_speaking = False
        self._utterance: _Utterance | None = None
        self._saying: _Saying | None = None
        self._is_owed = False
        self._is_judged = False
        """Somebody has looked at how long the answer took."""
        self._malformed = 0
        self._tones: list[tuple[float, str]] = []
        self._tts = relay.tts_language or relay.language
        self._transcription = relay.transcription_language or relay.language
        self._noted: set[str] = set()

    # ------------------------------------------------------------ the session's own time

    def begin(self) -> None:
        """The WebSocket is open: say who calls, answer, greet."""
        leg, relay = self._leg, self._relay
        setup = {
            "type": "setup",
            "sessionId": self._stream,
            "callSid": leg.sid,
            "parentCallSid": leg.parent or "",
            "from": leg.caller,
            "to": leg.called,
            "forwardedFrom": leg.called,
            "callerName": "",
            "direction": "outbound" if leg.is_outbound else "inbound",
            "callType": "PSTN",
            "callStatus": "IN_PROGRESS" if leg.is_answered else "RINGING",
            "accountSid": leg.account,
            "customParameters": dict(relay.parameters),
        }
        self._send("setup", messages.as_json(setup))
        leg.connect()
        mismatch = mismatch_of(relay)
        if mismatch is not None:
            leg.warn(mismatch.code, mismatch.detail, mismatch.line)
            self._send("error", messages.error(mismatch.detail, mismatch.code))
            self._close(CLOSING)
            self.ending = _failed(self._told, mismatch.code, mismatch.detail)
        elif relay.welcome_greeting:
            greeting, may_interrupt = relay.welcome_greeting, relay.welcome_greeting_interruptible
            ready = leg.now + GREETING
            self._queue.add(
                Item("speech", greeting, 0, may_interrupt, relay.preemptible, ready, seconds_of(greeting), self._tts)
            )

    def wait(self) -> Wait:
        """Until the next thing happens by itself, or somebody does something."""
        due = min((each for each in self._dues() if each is not None), default=None)
        kinds: Kinds = (StreamEnded, RelaySaid, RelayOverdue, Pressed, Spoke)
        if self._queue.awaits_sound:
            kinds = (*kinds, Fetched, Unreachable)
        is_quiet = self._queue.is_empty and self._saying is None and not self._is_owed
        seconds = None if due is None else max(0.0, due - self._leg.now)
        return Wait(seconds, kinds, for_caller=is_quiet, for_agent=self._is_owed)

    def _dues(self) -> tuple[float | None, ...]:
        tones = self._tones[0][0] if self._tones else None
        return self._queue.due, None if self._saying is None else self._next_look(self._saying), tones

    def take(self, event: Incoming) -> None:
        """Something has happened, or time has passed; news of another WebSocket is none of ours."""
        if isinstance(event, RelaySaid | RelayOverdue | StreamEnded) and event.stream != self._stream:
            return
        self._told["SessionDuration"] = str(int(self._leg.now - self._opened))
        match event:
            case TimedOut():
                self._tick()
            case Spoke():
                self._hear_speech(event)
            case Pressed():
                self._hear_key(event.key)
            case RelaySaid():
                self._hear_agent(event)
            case RelayOverdue():
                self._give_up_answer(event.seconds)
            case Fetched() | Unreachable():
                self._take_sound(event)
            case StreamEnded():
                self._lose(event)
            case _:
                raise AssertionError(f"a session does not wait for {event}")

    def _tick(self) -> None:
        now = self._leg.now
        while (happened := self._queue.reach(now)) is not None:
            self._play_on(happened)
        if self._queue.now_playing is None:
            self._fall_silent()
        while self._tones and self._tones[0][0] <= now + A_BIT:
            self._inform("tokens-played", "tokensPlayed", self._tones.pop(0)[1])
        while self._saying is not None and self._next_look(self._saying) <= now + A_BIT:
            self._listen_on(self._saying)

    # ------------------------------------------------------------ what the ear hears

    def _play_on(self, happened: Begun | Over) -> None:
        item = happened.item
        if isinstance(happened, Over):
            self._note_heard(happened)
            return
        if item.kind == "digits":
            self._tones.append((self._queue.began + TONES_TOLD, item.content))
        elif not self._is_speaking:
            self._is_speaking = True
            self._inform("speaker-events", "agentSpeaking", "on")
        current = self._utterance
        if current is None or current.turn != item.turn or item.kind != "speech":
            self._finish_utterance()
            self._utterance = _Utterance(item.turn, self._queue.began, self._prompt_of(item))
            self._leg.emit(Speaking(self._leg.sid, self._utterance.prompt))

    def _prompt_of(self, item: Item) -> Prompt:
        match item.kind:
            case "speech":
                text = self._queue.text_of(item.turn)
                voice, language = self._relay.spoken_voice, item.language
                return Prompt("ConversationRelay", seconds_of(text), text=text, voice=voice, language=language)
            case "sound":
                return Prompt("Play", item.seconds or 0.0, url=item.content)
            case "digits":
                return Prompt("Play", item.seconds or 0.0, digits=item.content)

    def _note_heard(self, over: Over) -> None:
        """Of this item so much has been heard."""
        if over.item.kind == "speech" and over.heard:
            self._inform("tokens-played", "tokensPlayed", over.heard)
        if self._utterance is not None:
            self._utterance.heard += over.heard if over.item.kind == "speech" else ""
            self._utterance.seconds += over.seconds

    def _finish_utterance(self, *, is_cut: bool = False) -> None:
        done, self._utterance = self._utterance, None
        if done is not None:
            text = done.heard if done.prompt.verb == "ConversationRelay" else None
            self._leg.emit(Heard(self._leg.sid, done.prompt, done.began, round(done.seconds, 3), text, is_cut))

    def _fall_silent(self, *, is_cut: bool = False) -> None:
        self._finish_utterance(is_cut=is_cut)
        if self._is_speaking:
            self._is_speaking = False
            self._inform("speaker-events", "agentSpeaking", "off")

    def _cut(self) -> Over | None:
        """Nothing that waits is played any more."""
        self._tail, self._open_turn = "", None
        return self._queue.cut(self._leg.now)

    # ------------------------------------------------------------ what the caller does

    def _hear_speech(self, spoke: Spoke) -> None:
        if self._saying is not None:  # they go on talking
            self._saying.words += f" {spoke.words}"
            return
        self._saying = _Saying(spoke.words, spoke.confidence, self._leg.now)
        self._inform("speaker-events", "clientSpeaking", "on")

    def _next_look(self, saying: _Saying) -> float:
        """When something follows from what the caller says: a piece of it is understood, or all of it is."""
        if saying.understood == saying.words:
            return saying.ends + self._silence
        return min(saying.began + saying.step * PARTIAL, saying.ends)

    @property
    def _silence(self) -> float:
        """How long the caller must be silent; with flux speechTimeout is only the longest (CR16)."""
        said = self._relay.speech_timeout
        if not said:
            return SILENCE
        return min(SILENCE, said / 1000) if self._relay.is_flux else said / 1000

    def _listen_on(self, saying: _Saying) -> None:
        now = self._leg.now
        if saying.understood == saying.words:
            self._understand(saying)
            return
        is_all = saying.ends <= now + A_BIT
        understood = saying.words if is_all else said_after(saying.words, now - saying.began)
        saying.step += 1
        is_new, saying.understood = understood != saying.understood, understood
        if not is_new:
            return
        is_cut = self._does_interrupt(saying) and self._is_speaking
        if is_cut:
            saying.has_interrupted = True
            self._interrupt(by_speech=True)
        if self._relay.partial_prompts and self._is_reported("speech", has_interrupted=saying.has_interrupted):
            self._send("prompt", messages.prompt(understood, self._lang, is_last=False))
        if is_cut:
            self._fall_silent(is_cut=True)

    def _does_interrupt(self, saying: _Saying) -> bool:
        playing = self._queue.now_playing
        if playing is None or "speech" not in playing.interruptible or saying.confidence < LEAST_CONFIDENCE:
            return False
        if sum(letter.isalnum() for letter in saying.understood) < LEAST_LETTERS:
            return False
        return not (self._relay.ignore_backchannel and _is_backchannel(saying.words))

    def _understand(self, saying: _Saying) -> None:
        """The caller has said what they wanted to say (CR43)."""
        self._saying = None
        self._inform("speaker-events", "clientSpeaking", "off")
        if not self._is_reported("speech", has_interrupted=saying.has_interrupted):
            self._leg.emit(Ignored(self._leg.sid, "speech"))
            return
        self._send("prompt", messages.prompt(saying.words, self._lang, is_last=True), is_owed=True)

    def _hear_key(self, key: str) -> None:
        playing = self._queue.now_playing
        interrupts = self._is_speaking and playing is not None and "dtmf" in playing.interruptible
        if not self._relay.dtmf_detection or not self._is_reported("dtmf", has_interrupted=interrupts):
            self._leg.emit(Ignored(self._leg.sid, f"key {key}"))
            return
        self._send("dtmf", messages.dtmf(key), is_owed=True)
        if interrupts:
            self._interrupt(by_speech=False)
            self._fall_silent(is_cut=True)

    def _is_reported(self, kind: str, *, has_interrupted: bool) -> bool:
        """Input that interrupts always is, also afterwards; other input as the attribute says (CR11; the former, L)."""
        return has_interrupted or not self._is_speaking or kind in self._relay.report_input_during_agent_speech

    def _interrupt(self, *, by_speech: bool) -> None:
        """The rest of what the agent has sent is never heard (CR45 to CR47)."""
        over = self._cut()
        assert over is not None
        if not by_speech and self._utterance is not None:
            self._utterance.heard += over.heard
            self._utterance.seconds += over.seconds
        else:
            self._note_heard(over)
        self._send("interrupt", messages.interrupt(over.heard.strip(), over.seconds))

    @property
    def _lang(self) -> str:
        """What prompts name: the primary tag alone with flux and with detection (CR23, CR41)."""
        language = "en" if self._transcription == "multi" else self._transcription
        return language.partition("-")[0] if self._relay.is_flux else language

    # ------------------------------------------------------------ what the agent does

    def _hear_agent(self, frame: RelaySaid) -> None:
        if not frame.is_text:
            self._refuse_frame(frame.text, is_malformed=True)
            return
        try:
            message = messages.read_message(frame.text)
        except MalformedError:
            self._refuse_frame(frame.text, is_malformed=True)
            return
        except NotValidError as error:
            self._malformed = 0
            self._refuse_frame(frame.text, is_malformed=False, why=str(error))
            return
        self._malformed = 0
        self._judge_latency(frame.latency)
        match message:
            case Text():
                self._say(message)
            case Play():
                self._answered()
                self._play(message)
            case SendDigits():
                self._answered()
                self._send_digits(message.digits)
            case SwitchLanguage(tts, transcription):
                self._tts, self._transcription = tts or self._tts, transcription or self._transcription
            case End(handoff):
                self._answered()
                self._end(handoff)

    def _answered(self) -> None:
        self._is_owed = False

    def _say(self, text: Text) -> None:
        first = self._open_turn
        preemptible = self._relay.preemptible if text.preemptible is None else text.preemptible
        if first is None or (first.preemptible is not text.preemptible and bool(text.token)):
            if text.token:
                self._begin_turn()
            first = text
        self._open_turn = None if text.is_last else first
        if text.is_last:
            self._answered()
        self._tail += text.token[: MOST_CHARACTERS + 1]
        chunks = chunks_of(self._tail)
        self._tail = "" if text.is_last else chunks.pop()
        interruptible = self._relay.interruptible if text.interruptible is None else text.interruptible
        for chunk in filter(None, chunks):
            seconds, language = seconds_of(chunk), text.lang or self._tts
            self._add(Item("speech", chunk, self._turn, interruptible, preemptible, 0.0, seconds, language))
        if len(self._tail) > MOST_CHARACTERS:
            self._tail = ""
            self._discard()
        self._prolong()

    def _begin_turn(self) -> None:
        """A message that belongs to no reply before it: whatever may be cut off for it is (CR62)."""
        self._flush()
        self._turn += 1
        over = self._queue.preempt(self._leg.now)
        if over is not None:
            self._note_heard(over)
            self._fall_silent(is_cut=True)

    def _flush(self) -> None:
        """What has come of an open reply is said as it is."""
        if self._tail and self._open_turn is not None:
            self._say(Text("", True, self._open_turn.lang, self._open_turn.interruptible, self._open_turn.preemptible))
        self._open_turn, self._tail = None, ""

    def _add(self, item: Item, *, is_first: bool = False) -> None:
        if self._queue.waiting_seconds(self._leg.now) > MOST_WAITING:
            self._discard()
            return
        wait = FIRST_SOUND if self._queue.is_empty and item.kind != "digits" else 0.0
        item.ready = self._leg.now + wait
        self._queue.add(item, is_first=is_first)

    def _discard(self) -> None:
        self._note_once("full", f"more than {MOST_WAITING // 60} minutes wait to be spoken: what comes is discarded")

    def _prolong(self) -> None:
        """More words of what is being said have come."""
        current, playing = self._utterance, self._queue.now_playing
        if current is None or playing is None or playing.kind != "speech" or playing.turn != current.turn:
            return
        text = current.heard + self._queue.text_of(current.turn)
        if text != current.prompt.text:
            old = current.prompt
            current.prompt = Prompt(old.verb, seconds_of(text), text=text, voice=old.voice, language=old.language)
            self._leg.emit(Prolonged(self._leg.sid, current.prompt))

    def _play(self, play: Play) -> None:
        self._begin_turn()
        request = self._leg.ask_for_sound(play.source)
        if request is None:
            self._refuse_frame(play.source, is_malformed=False, why=f"source of play: {malformed(play.source)}")
            return
        interruptible = self._relay.interruptible if play.interruptible is None else play.interruptible
        preemptible = self._relay.preemptible if play.preemptible is None else play.preemptible
        item = Item("sound", play.source, self._turn, interruptible, preemptible, 0.0, None)
        item.loop, item.request = play.loop, request
        self._add(item)

    def _take_sound(self, event: Fetched | Unreachable) -> None:
        if isinstance(event, Unreachable):
            self._leg.warn(event.code, event.reason, self._relay.line)
            self._queue.sound_came(event.request, None)
        elif event.status is not None and (not 200 <= event.status < 300 or event.content_type not in AUDIO_TYPES):
            what = event.content_type if 200 <= event.status < 300 else event.status
            self._leg.warn(13420, f"{event.url} answered {what}", self._relay.line, event.url)
            self._queue.sound_came(event.request, None)
        else:
            self._queue.sound_came(event.request, UNKNOWN_SECONDS if event.seconds is None else event.seconds)

    def _send_digits(self, digits: str) -> None:
        self._begin_turn()
        seconds = sum(TONE_SECONDS.get(tone, DEFAULT_TONE_SECONDS) for tone in digits)
        item = Item("digits", digits, self._turn, frozenset(), self._relay.preemptible, 0.0, seconds)
        self._add(item, is_first=self._saying is not None)

    def _end(self, handoff: str | None) -> None:
        if not self._queue.is_empty:
            self._leg.remark(
                "the agent ended the session while it was still being heard: the rest is not said",
                self._relay.line,
                "send end after the last tokensPlayed, or after the time that it takes to say",
            )
        self._cut_short()
        self._close(CLOSING)
        told = self._told | {"SessionStatus": "ended"} | ({} if handoff is None else {"HandoffData": handoff})
        self.ending = Ending(told, 0.5)

    # ------------------------------------------------------------ what goes wrong, and ends

    def _refuse_frame(self, text: str, *, is_malformed: bool, why: str = "a frame that is not a JSON object") -> None:
        self._malformed += is_malformed
        if why not in self._noted:
            self._noted.add(why)
            self._leg.warn(messages.INVALID, why, self._relay.line)
        if self._malformed >= MOST_MALFORMED:
            self._cut_short()
            self._close(TOO_MANY)
            self._leg.warn(64105, TOO_MANY[1], self._relay.line)
            self.ending = _failed(self._told, 64105, "Websocket ended", 1.2)
        else:
            self._send("error", messages.error(text))

    def _judge_latency(self, seconds: float) -> None:
        if not self._is_owed or self._is_judged:
            return
        self._is_judged = True
        if seconds < LATE:
            return
        how = "callers speak again" if seconds >= TOO_LATE else "callers wonder"
        self._leg.remark(
            f"the agent took {seconds:.1f} s to answer: after {TOO_LATE if seconds >= TOO_LATE else LATE:g} s {how}",
            self._relay.line,
            "send the first words at once, such as one moment",
        )

    def _give_up_answer(self, seconds: float) -> None:
        """A clock that stood still goes on: the agent may answer later, or never."""
        if not self._is_owed:
            return
        self._is_owed = False
        if self._open_turn is not None:
            message = f"the agent has not closed its turn for {seconds:g} s"
            remedy = "send last: true with the last token"
        else:
            message, remedy = f"the agent did not answer within {seconds:g} s", "answer every prompt and key"
        self._leg.remark(message, self._relay.line, remedy)

    def _lose(self, ended: StreamEnded) -> None:
        self._cut_short()
        reason = ended.reason or "it was closed"
        self._leg.warn(64105, reason, self._relay.line)
        self.ending = _failed(self._told, 64105, "Websocket ended", 1.2)

    def break_off(self) -> None:
        """The call is over, or goes elsewhere."""
        saying = self._saying
        if self._leg.is_ending and saying is not None and saying.understood and self._relay.partial_prompt_on_hangup:
            self._send("prompt", messages.prompt(saying.understood, self._lang, is_last=False))
        self._told["SessionDuration"] = str(int(self._leg.now - self._opened))
        self._told["SessionStatus"] = "completed"
        self._cut_short()
        if self.ending is None:
            self._close(CLOSING)

    def _cut_short(self) -> None:
        """What was being said is cut off, and nobody is told."""
        over = self._cut()
        if over is not None and self._utterance is not None:
            self._utterance.heard += over.heard
            self._utterance.seconds += over.seconds
        self._finish_utterance(is_cut=over is not None)

    def _close(self, how: tuple[int, str]) -> None:
        self._leg.emit(RelayStopped(self._leg.sid, self._stream, *how))

    def _inform(self, subscription: str, name: str, value: str) -> None:
        if subscription in self._relay.told:
            self._send("info", messages.info(name, value))

    def _note_once(self, key: str, message: str) -> None:
        if key not in self._noted:
            self._noted.add(key)
            self._leg.remark(message, self._relay.line)

    def _send(self, kind: MessageKind, text: str, *, is_owed: bool = False) -> None:
        if is_owed:
            self._is_owed, self._is_judged = True, False
        self._leg.emit(RelaySent(self._leg.sid, self._stream, kind, text, is_owed))


def _is_backchannel(words: str) -> bool:
    heard = "".join(letter if letter.isalpha() or letter == " " else "" for letter in words.lower().replace("-", ""))
    return all(word in BACKCHANNEL for word in heard.split())
