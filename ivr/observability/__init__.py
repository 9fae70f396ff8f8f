"""What an operator sees of the line: health, numbers, logs, traces; nothing here decides what a caller hears."""
