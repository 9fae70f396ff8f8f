"""The command line: the `phone` group with its options, and what it does with them. Heavy things load where used."""
