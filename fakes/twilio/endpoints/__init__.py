"""The REST API over HTTP, one module per resource: reading requests and writing answers, no rules."""
