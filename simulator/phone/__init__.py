"""The terminal phone: a screen over a network. Nothing of it is imported by the simulator's core."""
