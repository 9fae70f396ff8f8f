"""The HTTP shapes of the fake org, one file per family of paths; the rules are one level up."""
