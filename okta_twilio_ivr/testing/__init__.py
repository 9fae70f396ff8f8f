"""The fakes in anybody's pytest, on the clock of the test's telephone. Nothing is imported here: see the plugin."""
