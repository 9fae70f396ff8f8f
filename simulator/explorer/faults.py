"""Faults of the webhooks themselves, put on the wire in place of an answer; the application need not know of any."""

from dataclasses import replace

from simulator.wires.wire import Wire, WireError, WireReply, WireRequest

TOO_LONG = 15.5
"""Seconds; Twilio waits 15 (Twilio docs: webhooks)."""
WEBHOOK_FAULTS = {
    "webhook-slow": "the application answers after Twilio has given up",
    "webhook-500": "the application answers with status 500",
    "webhook-refused": "no connection to the application",
    "webhook-broken": "the application answers with TwiML that is cut off",
}


class FaultyWire:
    """Passes everything on, but for the next webhook after `arm`, which meets that fault; then all is well again.

    Requests without a signature are sounds, which are left alone.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._fault = ""

    def arm(self, fault: str) -> None:
        """Let the next webhook meet the fault; an empty name lets it pass."""
        self._fault = fault

    async def send(self, request: WireRequest) -> WireReply:
        """Carry the request, or have it fail as ordered."""
        if not self._fault or not any(name == "X-Twilio-Signature" for name, _ in request.headers):
            return await self._wire.send(request)
        fault, self._fault = self._fault, ""
        if fault == "webhook-slow":  # it did its work, only too late
            return replace(await self._wire.send(request), latency=TOO_LONG)
        if fault == "webhook-refused":
            raise WireError(11202, f"no connection to {request.url}: it was refused", stage="ct")
        if fault == "webhook-broken":
            return WireReply(200, (("Content-Type", "text/xml"),), b"<Response><Say>We are", 0.0)
        return WireReply(500, (("Content-Type", "text/plain"),), b"Internal Server Error", 0.0)
