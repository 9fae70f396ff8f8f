"""Call scripts: what a caller does and expects, read from YAML, played on a handset, reported. Draws no screen."""
