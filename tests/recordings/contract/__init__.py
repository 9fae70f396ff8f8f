"""Judging the fakes by the recordings: every recorded request is asked once more, and the answers are compared."""
