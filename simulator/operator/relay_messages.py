"""The handshake of a ConversationRelay session, and its frames as events. What the messages mean is the exchange's.

Source: recorded handshakes (CR31 to CR34).
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from simulator.foreign import whole
from simulator.operator.signature import sign
from simulator.vocabulary import RelaySaid, RelayStarted
from simulator.wires.wire import Headers

USER_AGENT = "Jetty/11.0.24"
SAME_SIGNATURE = "x-amzn-bedrock-agentcore-runtime-custom-twilio-signature"


class RelayMessages:
    """Of one session."""

    def __init__(self, started: RelayStarted) -> None:
        self._started = started

    def headers(self, auth_token: str) -> Headers:
        """Signed is the URL as it is written; pairs of its query count as parameters of a form (CR33, M)."""
        url, _, query = self._started.url.partition("?")
        signature = sign(auth_token, url, dict(parse_qsl(query, keep_blank_values=True)) if query else None)
        return [
            ("User-Agent", USER_AGENT),
            ("Accept-Encoding", "gzip"),
            ("Cache-Control", "no-cache"),
            ("Pragma", "no-cache"),
            ("X-Twilio-Signature", signature),
            (SAME_SIGNATURE, signature),
        ]

    def opening(self) -> Iterator[str]:
        """Nothing: the exchange sends setup."""
        yield from ()

    def closing(self) -> Iterator[str]:
        """Nothing."""
        yield from ()

    def said(self, frame: str | bytes, latency: float) -> RelaySaid:
        """What the application has sent; texts have been made whole by whoever reads their JSON."""
        if isinstance(frame, bytes):
            return RelaySaid(self._started.stream, whole(frame[:100].decode("utf-8", "replace")), latency, False)
        return RelaySaid(self._started.stream, whole(frame), latency)
