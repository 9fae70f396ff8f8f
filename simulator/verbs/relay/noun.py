"""`<ConversationRelay>` as it is written: where to, who speaks and listens how, what interrupts. Runs nothing.

Sources: Twilio docs, TwiML ConversationRelay; the attributes of Twilio's Python SDK 9.13. Statements CR01 to CR25.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from simulator.twiml.attributes import (
    Finding,
    InvalidValueError,
    anything,
    attribute,
    boolean,
    matching,
    one_of,
    read_attributes,
    whole_number,
)
from simulator.twiml.content import expect_children, expect_no_text, read_pairs
from simulator.twiml.parse import Element
from simulator.url_characters import encoded, has_flaw
from simulator.values import frozen
from simulator.verbs.script import Fail

Inputs = frozenset[str]
"""Which of `speech` and `dtmf` (keys) are meant."""
ANY, NONE = frozenset(("speech", "dtmf")), frozenset[str]()
_INPUTS: Mapping[str, Inputs] = {
    "any": ANY, "true": ANY, "none": NONE, "false": NONE,
    "speech": frozenset(("speech",)), "dtmf": frozenset(("dtmf",)),
}  # fmt: skip
EVENTS = ("speaker-events", "tokens-played")
_VOICES = {
    "elevenlabs": ("UgBBYS2sOqTuMpoF3BR0", re.compile(r"[A-Za-z0-9]{10,}([-_].*)?")),
    "google": ("en-US-Journey-O", re.compile(r"[a-z]{2,3}-[A-Z]{2}-.+")),
    "amazon": ("Joanna-Neural", re.compile(r"[A-Z][a-z]+(-(Neural|Generative|Long-?[Ff]orm|Standard))?")),
}
"""Each provider's default voice (CR06), and the shape of its voices' names (our choice, L)."""
_MODELS = {
    "deepgram": re.compile(r"(nova|flux|enhanced|base|whisper)[\w.-]*"),
    "google": re.compile(r"telephony(_short)?|chirp\w*|long|short|latest_\w+|phone_call|default"),
}


def inputs(text: str) -> Inputs:
    """`any`, `speech`, `dtmf` or `none`; `true` and `false` are any and none (CR08)."""
    if text.lower() not in _INPUTS:
        raise InvalidValueError
    return _INPUTS[text.lower()]


def _events(text: str) -> frozenset[str]:
    words = frozenset(text.split())
    if words - set(EVENTS):
        raise InvalidValueError
    return words


def _debug(text: str) -> frozenset[str]:
    words = frozenset(text.split())
    if words - {*EVENTS, "debugging"}:
        raise InvalidValueError
    return words


def _milliseconds_or_auto(text: str) -> int | None:
    return None if text == "auto" else whole_number(0)(text)


def _share(text: str) -> float | None:
    if not re.fullmatch(r"0?\.[0-9]{1,6}|[01](\.0{1,6})?", text):
        raise InvalidValueError
    return float(text)


_CODE = matching(r"multi|[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")


@frozen
class Language:
    """Settings for one language; empty: as the session has it (CR22). Only their shape is looked at."""

    line: int
    code: str = attribute("code", _CODE, default="")
    tts_provider: str = attribute("ttsProvider", anything, default="")
    voice: str = attribute("voice", anything, default="")
    transcription_provider: str = attribute("transcriptionProvider", anything, default="")
    speech_model: str = attribute("speechModel", anything, default="")
    hints: str = attribute("hints", anything, default="")
    asr_smart_format: bool = attribute("asrSmartFormat", boolean, default=True)
    tts_text_normalization: str = attribute("ttsTextNormalization", one_of("on", "auto", "off"), default="off")
    tts_language_text_normalization: str = attribute("ttsLanguageTextNormalization", anything, default="")


_NO_TEXTS: frozenset[str] = frozenset()
_NOTHING: int | None = None
_NO_SHARE: float | None = None


@frozen
class ConversationRelay:
    """The noun; `parameters` are the pairs of its Parameter children."""

    line: int
    parameters: tuple[tuple[str, str], ...] = ()
    languages: tuple[Language, ...] = ()
    url: str = attribute("url", anything, default="")
    welcome_greeting: str = attribute("welcomeGreeting", anything, default="")
    welcome_greeting_interruptible: Inputs = attribute("welcomeGreetingInterruptible", inputs, default=ANY)
    language: str = attribute("language", _CODE, default="en-US")
    tts_language: str = attribute("ttsLanguage", _CODE, default="")
    transcription_language: str = attribute("transcriptionLanguage", _CODE, default="")
    tts_provider: str = attribute("ttsProvider", anything, default="ElevenLabs")
    voice: str = attribute("voice", anything, default="")
    transcription_provider: str = attribute("transcriptionProvider", anything, default="Deepgram")
    speech_model: str = attribute("speechModel", anything, default="")
    interruptible: Inputs = attribute("interruptible", inputs, default=ANY)
    interrupt_sensitivity: str = attribute("interruptSensitivity", one_of("high", "medium", "low"), default="high")
    dtmf_detection: bool = attribute("dtmfDetection", boolean, default=False)
    report_input_during_agent_speech: Inputs = attribute("reportInputDuringAgentSpeech", inputs, default=NONE)
    preemptible: bool = attribute("preemptible", boolean, default=False)
    hints: str = attribute("hints", anything, default="")
    profanity_filter: bool = attribute("profanityFilter", boolean, default=True)
    background_noise_reduction: bool = attribute("backgroundNoiseReduction", boolean, default=False)
    partial_prompts: bool = attribute("partialPrompts", boolean, default=False)
    events: frozenset[str] = attribute("events", _events, default=_NO_TEXTS)
    debug: frozenset[str] = attribute("debug", _debug, default=_NO_TEXTS)
    speech_timeout: int | None = attribute("speechTimeout", _milliseconds_or_auto, default=_NOTHING)
    eot_threshold: float | None = attribute("eotThreshold", _share, default=_NO_SHARE)
    eager_eot_threshold: float | None = attribute("eagerEotThreshold", _share, default=_NO_SHARE)
    turn_detection: bool = attribute("turnDetection", boolean, default=False)
    deepgram_smart_format: bool = attribute("deepgramSmartFormat", boolean, default=True)
    asr_smart_format: bool = attribute("asrSmartFormat", boolean, default=True)
    elevenlabs_text_normalization: str = attribute(
        "elevenlabsTextNormalization", one_of("on", "auto", "off"), default="off"
    )
    tts_text_normalization: str = attribute("ttsTextNormalization", one_of("on", "auto", "off"), default="off")
    tts_language_text_normalization: str = attribute("ttsLanguageTextNormalization", anything, default="")
    elevenlabs_language_text_normalization: str = attribute("elevenlabsLanguageTextNormalization", anything, default="")
    ignore_backchannel: bool = attribute("ignoreBackchannel", boolean, default=False)
    partial_prompt_on_hangup: bool = attribute("partialPromptOnHangup", boolean, default=False)
    include_in_prompt: str = attribute("includeInPrompt", anything, default="")
    customer_name: str = attribute("customerName", anything, default="")
    application_reconnect: bool = attribute("applicationReconnect", boolean, default=False)
    echo_prompt_filtering: bool = attribute("echoPromptFiltering", boolean, default=False)
    conversation_configuration: str = attribute("conversationConfiguration", anything, default="")
    intelligence_service: str = attribute("intelligenceService", anything, default="")

    @property
    def told(self) -> frozenset[str]:
        """Which events the application has asked for; `debug` was their older name (CR15)."""
        return self.events | self.debug

    @property
    def is_flux(self) -> bool:
        """Deepgram's model that detects turns; its prompts name the language without its region (CR41)."""
        return self.speech_model.startswith("flux")

    @property
    def spoken_voice(self) -> str:
        """The voice in force where no Language says another."""
        return self.voice or _VOICES.get(self.tts_provider.lower(), ("", None))[0]


def read_relay(element: Element, findings: list[Finding]) -> ConversationRelay:
    """The noun with its languages and parameters."""
    expect_no_text(element, findings)
    expect_children(element, findings, known=("Language", "Parameter"))
    pairs = read_pairs(element, "Parameter", findings)
    languages = tuple(_read_language(child, findings) for child in element.children if child.name == "Language")
    attributes = read_attributes(ConversationRelay, element, findings)
    return ConversationRelay(line=element.line, parameters=tuple(pairs.items()), languages=languages, **attributes)


def _read_language(element: Element, findings: list[Finding]) -> Language:
    language = Language(line=element.line, **read_attributes(Language, element, findings))
    if not language.code:
        findings.append(Finding(12200, "<Language> without a code", element.line))
    return language


def address_of(url: str, base: str | None) -> tuple[str, bool] | None:
    """The URL as it is signed and asked for, exactly as written, and whether it is reached without TLS (CR02, CR32).

    None when it is not a wss URL. An application whose documents come over plain http is reached without TLS at its own
    host (simulator policy: there is no tunnel that would end TLS for it).
    """
    url = url.strip().partition("#")[0]
    try:
        at, document = urlsplit(url), urlsplit(base or "")
        if at.scheme != "wss" or not at.hostname or has_flaw(url) or at.port == 0:
            return None
    except ValueError:
        return None
    return encoded(url), document.scheme == "http" and document.netloc == at.netloc


def mismatch_of(relay: ConversationRelay) -> Fail | None:
    """Why speech cannot be had so (CR25); what each provider has is known by the shape of names only (L)."""
    tts, asr = relay.tts_provider.lower(), relay.transcription_provider.lower()
    voice, model = relay.voice, relay.speech_model
    if tts not in _VOICES:
        return Fail(64101, f'ttsProvider="{relay.tts_provider}"', relay.line)
    if asr not in _MODELS:
        return Fail(64101, f'transcriptionProvider="{relay.transcription_provider}"', relay.line)
    if voice.startswith("Polly."):
        return Fail(64101, f'voice="{voice}": voices have no prefix here', relay.line)
    if voice and not _VOICES[tts][1].fullmatch(voice):
        return Fail(64106, f'voice="{voice}" with ttsProvider="{relay.tts_provider}"', relay.line)
    if model and not _MODELS[asr].fullmatch(model):
        return Fail(64106, f'speechModel="{model}" with {relay.transcription_provider}', relay.line)
    if (relay.transcription_language or relay.language) == "multi" and asr != "deepgram":
        return Fail(64106, f"the language multi with {relay.transcription_provider}", relay.line)
    if (relay.tts_language or relay.language) == "multi" and tts != "elevenlabs":
        return Fail(64106, f"the language multi with {relay.tts_provider}", relay.line)
    return None
