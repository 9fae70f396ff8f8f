"""The `ivr` command as a program, from this tree."""

from okta_twilio_ivr.ivr import main

if __name__ == "__main__":
    main()
