"""The drill: the line as it runs for real, under load, with a worker killed on the way."""
