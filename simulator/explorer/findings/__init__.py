"""What can be wrong with a call tree: one rule a file, all of them in `table.RULES`."""
