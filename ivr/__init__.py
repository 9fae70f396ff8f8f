"""The phone line. Here is only what it needs besides its own package (the extra `line`), and none of it is imported."""

from importlib.util import find_spec

PACKAGES = ("dotenv", "okta", "prometheus_client", "pydantic", "structlog", "twilio")
"""As they are imported; the test kit and the fakes do without them."""


def missing_packages(extra: str = "line") -> str:
    """One sentence with the command that installs them; empty when they are all there."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if not missing:
        return ""
    return f"the line needs {', '.join(missing)}, not installed here: pip install 'okta-twilio-ivr[{extra}]'"
