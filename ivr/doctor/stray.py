"""Whether configuration of Okta's SDK lies about, which the line does not read but other programs here do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ivr.doctor.findings import Finding, ok, warning
from ivr.outside import Outside

STRAY = "okta.yaml"
OWN = {"OKTA_CLIENT_ID"}  # a setting of ours; the SDK's own names begin alike


def stray_check(environ: Mapping[str, str], outside: Outside) -> Finding:
    """The SDK's client would let these files win over the environment (okta.config.config_setter), without a word."""
    found = [*_files(outside.folders()), *_names(environ)]
    if not found:
        return ok(STRAY, "No configuration of Okta's SDK besides the line's settings.")
    verb = "is" if len(found) == 1 else "are"
    return warning(
        STRAY,
        f"{' and '.join(found)} {verb} there, and this line does not go by {'it' if verb == 'is' else 'them'};",
        "say what the line needs in .env (OKTA_ORG_URL, OKTA_API_TOKEN), and remove what no other program needs.",
    )


def _files(folders: tuple[Path, ...]) -> list[str]:
    return [str(path) for folder in folders if (path := folder / "okta.yaml").exists()]


def _names(environ: Mapping[str, str]) -> list[str]:
    return sorted(name for name in environ if name.startswith("OKTA_CLIENT_") and name not in OWN and environ[name])
