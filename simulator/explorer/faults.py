"""The troubles of webhooks that the explorer makes by itself, each for one webhook."""

from simulator.wires.trouble import BROKEN, FAILING, REFUSED, SLOW, WEBHOOK_TROUBLES

WEBHOOK_FAULTS = {name: WEBHOOK_TROUBLES[name] for name in (SLOW, FAILING, REFUSED, BROKEN)}
