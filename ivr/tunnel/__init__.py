"""The line on this machine with a public address: a tunnel, the server and the number, for as long as it runs."""
