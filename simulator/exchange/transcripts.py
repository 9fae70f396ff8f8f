"""Recordings whose transcription is still to come, and the callback that tells of it. Transcribes nothing itself."""

from collections.abc import Mapping

from simulator.errors import WrongUseError
from simulator.verbs.script import Awaited
from simulator.vocabulary import Status

_OF_THE_CALL = (
    "AccountSid", "ApiVersion", "CallSid", "Called", "Caller", "Direction", "From", "ParentCallSid", "To",
)  # fmt: skip
"""Captured callbacks carry these of the standard parameters, and no geographic ones."""


class Transcripts:
    """What waits, by the recording's sid, each with the parameters of its call."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Awaited, dict[str, str]]] = {}

    def keep(self, awaited: Awaited, params: Mapping[str, str]) -> None:
        """A recording that is to be transcribed."""
        of_the_call = {name: params[name] for name in _OF_THE_CALL if name in params}
        self._waiting[awaited.recording] = awaited, of_the_call

    def take(self, recording: str) -> tuple[Awaited, dict[str, str]]:
        """It is about to be told; raises WrongUseError when nothing waits for it."""
        waiting = self._waiting.pop(recording, None)
        if waiting is None:
            known = ", ".join(self._waiting) or "none"
            raise WrongUseError(f"recording {recording} awaits no transcription; those that do: {known}")
        return waiting


def transcription_parameters(
    awaited: Awaited, *, transcription: str, text: str | None, status: Status
) -> dict[str, str]:
    """What the callback is told of its own; `TranscriptionType` and `url` are in captures, not in Twilio's docs."""
    return {
        "CallStatus": status,
        "RecordingSid": awaited.recording,
        "RecordingUrl": awaited.recording_url,
        "TranscriptionSid": transcription,
        "TranscriptionStatus": "failed" if text is None else "completed",
        "TranscriptionText": text or "",
        "TranscriptionType": "fast",
        "TranscriptionUrl": f"{awaited.recording_url}/Transcriptions/{transcription}",
        "url": awaited.callback or "",
    }
