"""Calls and limits in a Redis, for several workers and over restarts; the rules of a call are not known here."""
