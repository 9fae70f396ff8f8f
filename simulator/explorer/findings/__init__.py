"""What can be wrong with a call tree: one function a rule, all of them in `table.RULES`."""
