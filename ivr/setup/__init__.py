"""Puts accounts of others into the state that the line needs; each set-up shows its plan before it acts."""
