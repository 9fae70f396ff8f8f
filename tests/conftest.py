"""What all tests share: a calmer garbage collector."""

import gc

gc.set_threshold(100_000, 50, 100)  # the screens' tests make millions of small objects: a quarter of their time
