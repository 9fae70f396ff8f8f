"""The Twilio account of the demo's worlds, known to everything in them; it opens no world."""

ACCOUNT_SID = "ACde30de30de30de30de30de30de30de30"
SIGNING_TOKEN = "demo0000000000000000000000000000"  # noqa: S105 - guards nothing: both ends are in this process
