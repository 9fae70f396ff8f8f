"""Callers without a screen: a handset to drive by hand, and scripts that drive it."""
