"""The composition root: the only place where the line, the telephone network and the fakes meet."""
