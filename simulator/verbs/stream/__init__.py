"""`<Connect>`, `<Start>` and `<Stop>` with `<Stream>`: the sound of a call on a WebSocket of the application."""
