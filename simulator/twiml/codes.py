"""Twilio's error dictionary as far as it can arise here: code, level, what it means, what to do. A table, no logic.

Source: Twilio's error and warning dictionary (https://www.twilio.com/docs/api/errors). The wording is ours.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """A row of the dictionary. An error met while a document is fetched or read is fatal to that document."""

    level: Literal["error", "warning"]
    meaning: str
    remedy: str


def _error(meaning: str, remedy: str) -> Code:
    return Code("error", meaning, remedy)


def _warning(meaning: str, remedy: str) -> Code:
    return Code("warning", meaning, remedy)


CODES: dict[int, Code] = {
    11100: _error("the URL is malformed", "write an absolute http(s) URL, or one relative to the document"),
    11200: _error("the document could not be fetched", "make the application answer this URL with status 200"),
    11201: _error("no TCP connection in time", "check host, port and firewall"),
    11202: _error("the TCP connection was refused twice", "start the application, or correct host and port"),
    11203: _error(
        "the application took longer than the URL's tt= allows", "answer faster, or raise tt= (at most 15000)"
    ),
    11205: _error("the HTTP connection failed", "answer within 15 s; check that the server speaks HTTP"),
    11206: _error("the reply breaks the HTTP protocol", "check the reply's headers and cookies"),
    11210: _error("the host name does not resolve", "correct the host in the URL"),
    11215: _error("more than ten redirects in a row", "break the redirect loop"),
    11216: _error("the redirect cannot be followed", "answer 301, 302, 303 or 307 with a Location header"),
    11220: _error("the TLS handshake failed", "check the certificate and protocol of the server"),
    11235: _error("the certificate is for another host", "serve a certificate for this host"),
    11236: _error("the certificate has expired", "renew the certificate"),
    11237: _error("the certificate is not signed by a known authority", "serve the whole chain; no self-signed ones"),
    11240: _error("the edge location of the connection overrides is invalid", "correct e= after the # of the URL"),
    11241: _error("the edge location of the connection overrides is not supported", "use one such as dublin"),
    11242: _error("the account may not use Interconnect", "leave out edges that end in -ix"),
    11243: _error("the retry policy of the connection overrides is invalid", "use 4xx, 5xx, ct, rt or all in rp="),
    11750: _error("the reply is larger than 64 kB", "send a shorter document"),
    11770: _error("the reply has no body", "answer with a document, at least <Response/>"),
    12100: _error("the document is not well-formed XML", "build it with a TwiML library, or escape & and <"),
    12102: _error("the root element is not Response", "wrap the verbs in <Response>"),
    12200: _warning("the document breaks the TwiML schema", "correct the spelling; names are case-sensitive"),
    12300: _error("the content type is not acceptable", "answer with text/xml"),
    13000: _warning("a Conference or Queue stands beside other nouns of Dial", "give it a Dial of its own"),
    13201: _error("a whisper document may not dial", "use Say, Play, Gather, Pause, Redirect or Hangup"),
    13210: _warning("Dial method is neither GET nor POST", "use GET or POST"),
    13212: _warning("Dial timeout is invalid", "use seconds from 5 to 600"),
    13213: _warning("Dial hangupOnStar is no boolean", "use true or false"),
    13214: _warning("Dial callerId is invalid", "use a number of yours, or client:name"),
    13215: _warning("Dial contains an element it may not contain", "nest only nouns such as Number"),
    13216: _warning("Dial timeLimit is invalid", "use a positive number of seconds"),
    13217: _warning("Dial record is invalid", "use a value of Twilio's list"),
    13218: _warning("Dial sequential is no boolean", "use true or false"),
    13219: _warning("Dial answerOnBridge is no boolean", "use true or false"),
    13220: _warning("Dial ringTone is invalid", "use a two-letter country code, or automatic"),
    13221: _warning("the method of a noun of Dial is neither GET nor POST", "use GET or POST"),
    13222: _warning("Number sendDigits contains an impossible tone", "use 0-9 # * w W"),
    13224: _error("the number cannot be dialled", "write it in E.164"),
    13230: _warning("Conference muted is no boolean", "use true or false"),
    13231: _error("Conference endConferenceOnExit is no boolean", "use true or false"),
    13232: _warning("Conference startConferenceOnEnter is no boolean", "use true or false"),
    13233: _warning("Conference waitUrl is no URL", "use a URL, or an empty string for silence"),
    13234: _warning("Conference waitMethod is neither GET nor POST", "use GET or POST"),
    13235: _warning("Conference beep is invalid", "use true, false, onEnter or onExit"),
    13236: _warning("no conference with this sid is going on", "dial a conference by its name"),
    13237: _warning("the name of the conference is invalid", "give the conference a name"),
    13238: _error("a verb that the wait document of a conference may not use", "use Say, Play, Pause and Redirect"),
    13239: _warning("Conference trim is invalid", "use trim-silence or do-not-trim"),
    13240: _error("Conference coach is no call's sid", "use the CallSid of a participant"),
    13256: _warning("recordingStatusCallback is no URL", "write an absolute http(s) URL, or a relative one"),
    13257: _error("transcribeCallback is no URL", "write an absolute http(s) URL, or a relative one"),
    13310: _warning("Gather finishOnKey is no key", "use one of 0-9 # * or an empty string"),
    13311: _warning("Gather finishOnKey has more than one character", "use a single key"),
    13312: _warning("Gather method is neither GET nor POST", "use GET or POST"),
    13313: _warning("Gather timeout is no positive number of seconds", "use a whole number from 1"),
    13314: _warning("Gather numDigits is no positive number", "use a whole number from 1"),
    13320: _warning("Gather contains a verb it may not contain", "nest only Say, Play and Pause"),
    13321: _warning("the voice of a Say inside Gather is unknown", "use a voice of Twilio's list"),
    13322: _warning("the loop of a Say inside Gather is no number", "use a whole number from 0"),
    13325: _error("a sound nested in Gather has an unusable content type", "serve audio/mpeg, audio/wav or alike"),
    13326: _warning("Gather input is invalid", 'use "dtmf", "speech" or "dtmf speech"'),
    13327: _warning("Gather speechTimeout is invalid", 'use a positive number of seconds or "auto"'),
    13328: _warning("Gather maxSpeechTime is invalid", "use seconds from 1 to 60"),
    13329: _warning("Gather partialResultCallbackMethod is invalid", "use GET or POST"),
    13330: _warning("Gather hints are too many or too long", "at most 500 hints of at most 100 characters"),
    13331: _warning("Gather language is not supported", "use a BCP-47 code such as en-US"),
    13332: _warning("Gather bargeIn is no boolean", "use true or false"),
    13333: _warning("Gather profanityFilter is no boolean", "use true or false"),
    13334: _warning("Gather speechModel is unknown", "use a model of Twilio's list"),
    13335: _warning("speechTimeout=auto does not go with this speechModel", "give seconds, or leave the model out"),
    13338: _error("Gather actionOnEmptyResult is no boolean", "use true or false"),
    13410: _warning("Play loop is no number", "use a whole number from 0"),
    13420: _error("the sound cannot be played", "serve it with status 200 and an audio content type"),
    13430: _warning("Play digits contains an impossible tone", "use 0-9 A-D # * w W"),
    13510: _warning("Say loop is no number", "use a whole number from 0"),
    13511: _warning("the voice of Say is unknown", "use a voice of Twilio's list"),
    13512: _warning("the language of Say is unknown", "use a BCP-47 code such as en-US"),
    13520: _warning("Say has no text", "put words inside the element"),
    13521: _warning("the text of Say is too long", "split it over several Say elements"),
    13610: _warning("Record method is neither GET nor POST", "use GET or POST"),
    13611: _warning("Record timeout is no number of seconds", "use a whole number; 0 never ends on silence"),
    13612: _warning("Record maxLength is invalid", "use seconds from 2 to 14400"),
    13613: _warning("Record finishOnKey contains what is no key", "use some of 0-9 # * or an empty string"),
    13614: _warning("Record transcribe is no boolean", "use true or false"),
    13615: _warning("Record maxLength is too high for a transcription", "use at most 120 with transcribe"),
    13616: _warning("Record playBeep is no boolean", "use true or false"),
    13617: _warning("the recording is too short or too long to be transcribed", "only 2 to 120 seconds can be"),
    13621: _error("recordingStatusCallbackEvent is invalid", "use some of in-progress, completed, absent"),
    13622: _warning("recordingTrack is invalid", "use inbound, outbound or both"),
    13699: _warning("trim is invalid", "use trim-silence or do-not-trim"),
    13710: _warning("Redirect method is neither GET nor POST", "use GET or POST"),
    13801: _error("Refer works only for calls that came in by SIP", "use Dial"),
    13802: _warning("Refer does not say to whom", "put a Sip with an address inside"),
    13810: _warning("Reject reason is invalid", 'use "rejected" or "busy"'),
    13910: _warning("Pause length is no positive number of seconds", "use a whole number from 1"),
    14101: _warning("Sms to is no phone number", "write it in E.164"),
    14102: _warning("Sms from is no phone number", "use a number of yours, in E.164"),
    14103: _warning("Sms has no text, or too much", "write from 1 to 1600 characters"),
    14104: _warning("Sms method is neither GET nor POST", "use GET or POST"),
    14105: _warning("Sms statusCallback is no URL", "write an absolute http(s) URL, or a relative one"),
    14201: _error("Enqueue method is neither GET nor POST", "use GET or POST"),
    14202: _error("Enqueue waitUrl is no URL", "use a URL, or an empty string for silence"),
    14203: _error("Enqueue action is no URL", "use an absolute http(s) URL, or one relative to the document"),
    14204: _error("the name of the queue is too short", "give the queue a name of at least one character"),
    14205: _error("the name of the queue is too long", "use at most 64 characters"),
    14206: _error("Enqueue waitUrlMethod is neither GET nor POST", "use GET or POST"),
    14207: _warning("the queue is full", "raise the size of the queue, or handle QueueResult=queue-full"),
    14210: _error("the method of a dialled Queue is neither GET nor POST", "use GET or POST"),
    14211: _error(
        "the url of a dialled Queue is no URL", "use an absolute http(s) URL, or one relative to the document"
    ),
    14212: _error("the name of the dialled queue is too short", "give the name of a queue"),
    14213: _error("the name of the dialled queue is too long", "use at most 64 characters"),
    14215: _error("the reservation's sid is invalid", "use the sid of a TaskRouter reservation"),
    14220: _error("the workflow's sid is invalid", "use the sid of a TaskRouter workflow"),
    14300: _error("Start or Stop contains a noun it does not know", "use Stream"),
    15003: _warning("a status callback was not answered properly", "answer 200 or 204"),
    15004: _error("a relative URL has no document to be relative to", "write an absolute URL"),
    16020: _warning("the conference is full", "raise maxParticipants, at most 250"),
    16101: _warning("the recording is too short to be kept", "let the caller speak; ask again when it is absent"),
    16023: _error("the participant's label is invalid", "at most 128 characters, no slash, no CallSid"),
    16025: _error("the participant's label is in use in this conference", "give every participant a label of its own"),
    31901: _error("the WebSocket of a stream did not answer in time", "check that the URL can be reached"),
    31902: _error("the WebSocket of a stream was refused", "start the application, or correct host and port"),
    31910: _error("there is no TLS to the WebSocket of a stream", "serve wss with a certificate that is accepted"),
    31920: _error("the server does not open a WebSocket here", "answer this path with 101, as WebSockets want it"),
    31921: _error("the WebSocket of a stream was closed with an error", "close it with code 1000"),
    31922: _error("a stream takes no such scheme", "use wss"),
    31923: _error("the URL of a stream is malformed", "write wss://host/path, or a URL relative to the document"),
    31924: _error("the application broke the WebSocket protocol", "let a WebSocket library talk"),
    31941: _error("the track of a stream is not possible here", "inbound_track in Connect; outbound_, both_ in Start"),
    31950: _warning("a message on a stream cannot be decoded", "send text, not binary"),
    31951: _warning("a message on a stream is none of the protocol", "send media, mark or clear, with the streamSid"),
}
