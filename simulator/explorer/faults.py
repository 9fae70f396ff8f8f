"""Faults of the webhooks themselves, put on the wire in place of an answer; the application need not know of any."""

from simulator.wires.trouble import BROKEN, FAILING, REFUSED, SLOW, WEBHOOK_TROUBLES, is_webhook, send_in_trouble
from simulator.wires.wire import Wire, WireReply, WireRequest

WEBHOOK_FAULTS = {name: WEBHOOK_TROUBLES[name] for name in (SLOW, FAILING, REFUSED, BROKEN)}


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
        if not self._fault or not is_webhook(request):
            return await self._wire.send(request)
        fault, self._fault = self._fault, ""
        return await send_in_trouble(self._wire, request, {fault})
