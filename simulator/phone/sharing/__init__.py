"""Calls to keep and to share: as a page, a diagram, a script. Made from a journal, masked; needs no screen."""
