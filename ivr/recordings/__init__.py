"""The cassette backend: a line whose requests are answered from recordings; nothing here opens a connection."""
