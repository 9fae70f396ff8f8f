"""Texts that no file, form or document can hold, and what each package makes of them where they enter."""

import json

import pytest

CASES = (
    ("", ""),
    ("Zoë 電話 \U0001f4de", "Zoë 電話 \U0001f4de"),
    ("\n\t\x1b\x7f\u202e\ufeff\ufffe", "\n\t\x1b\x7f\u202e\ufeff\ufffe"),
    ("\0", "\ufffd"),
    ("a\0b", "a\ufffdb"),
    ("\ud800", "\ufffd"),
    ("\udfff", "\ufffd"),
    ("a\ud800b\udc00c", "a\ufffdb\ufffdc"),
    ("\udc00\ud800", "\ufffd\ufffd"),
    ("\ud83d\ude00", "\U0001f600"),
    ("\ud800\ud83d\ude00\0", "\ufffd\U0001f600\ufffd"),
)
"""What came, and the whole text."""
FOREIGN = "a\ud800b\0c"
WHOLE = "a\ufffdb\ufffdc"
ESCAPED = json.dumps(FOREIGN)
"""As JSON and YAML may hold it."""

every_case = pytest.mark.parametrize(("came", "text"), CASES, ids=[ascii(came) for came, _ in CASES])
