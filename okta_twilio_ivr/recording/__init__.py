"""Making the recordings in `cassettes/`: whole calls through the line, taped by vcrpy, scrubbed, and only then kept."""
