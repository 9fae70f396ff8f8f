"""Endurance as a deterministic simulation: one seed decides callers, timings, messages, restarts, faults."""
