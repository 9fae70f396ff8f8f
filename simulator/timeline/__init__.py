"""What becomes of journal entries: conversation, sequence, traffic, the record of a call. Draws nothing."""
