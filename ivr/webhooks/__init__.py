"""The answers to Twilio's webhooks, one file per stage of a call; HTTP itself stays in `ivr.app` and `desk`."""
