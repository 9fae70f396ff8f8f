"""The line as processes: one or several workers, and an orderly end."""
