"""`<Dial>`: join the caller to somebody else. One file per noun family; the verb itself is in dial.py."""
