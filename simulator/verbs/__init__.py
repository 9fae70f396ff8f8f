"""TwiML's verbs, one file each: attributes as a frozen dataclass, behaviour as a generator script."""
