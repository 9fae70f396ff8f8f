"""Reads standard input aloud with pyttsx3 and ends: a program of its own, since pyttsx3 blocks until it is done."""

import sys


def main(arguments: list[str]) -> int:
    """`--pace WORDS_PER_MINUTE` is optional."""
    import pyttsx3

    engine = pyttsx3.init()
    if arguments[:1] == ["--pace"]:
        engine.setProperty("rate", int(arguments[1]))
    engine.say(sys.stdin.read())
    engine.runAndWait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
