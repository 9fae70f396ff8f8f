"""Calls that the line makes itself; what is said on them is in `ivr.webhooks`."""
