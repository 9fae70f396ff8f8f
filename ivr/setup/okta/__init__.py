"""Puts an Okta org into the state that the line needs, and back: a plan that is shown, applied and recorded."""
