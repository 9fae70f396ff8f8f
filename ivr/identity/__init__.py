"""Identify callers and verify them: the protocol and its implementations; no spoken words here."""
