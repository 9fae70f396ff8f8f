"""What all tests share: a calmer garbage collector, and Ctrl-C that works."""

import gc
import signal

gc.set_threshold(100_000, 50, 100)  # the screens' tests make millions of small objects: a quarter of their time

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs, and their children, ignore it
