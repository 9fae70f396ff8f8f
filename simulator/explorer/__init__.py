"""The explorer: calls a number again and again until every way through it has been taken; judges by a table of rules.

`tree` is what it found (data, and JSON), `exploring` how it goes about it, `findings` what is wrong with what it found.
"""
