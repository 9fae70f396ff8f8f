"""The steps of call scripts: each a frozen dataclass, how it is read, how a caller performs it; one table of all."""
