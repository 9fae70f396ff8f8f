"""Benchmarks: what the design promises, measured on this machine; never part of the tests."""
