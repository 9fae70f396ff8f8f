"""What the phone knows, gathered from the journal. No screen, no clock of its own."""
