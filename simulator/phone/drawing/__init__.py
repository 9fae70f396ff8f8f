"""What to draw, as pure functions from what the phone knows to styled text. No widgets."""
