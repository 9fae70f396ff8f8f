"""Looks at everything the line depends on and says what to do about what is wrong; it changes nothing."""
