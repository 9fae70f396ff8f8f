"""TwiML as text: well-formed elements with their lines, and the reading of attributes. Runs nothing."""
