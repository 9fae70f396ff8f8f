"""The `ivr` command as a program, from this tree."""

from demo.line import main

if __name__ == "__main__":
    main()
