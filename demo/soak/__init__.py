"""Endurance as a deterministic simulation: one seed decides callers, timings, the order of messages, restarts and faults."""
