"""The panes of the screen, one a file; they receive, forward or draw."""
