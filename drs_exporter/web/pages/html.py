"""The shell around every page, and the policy that lets nothing run but what is written here."""

import base64
import hashlib
from importlib import resources
from typing import Final

from drs_exporter import __version__

_FILES: Final = resources.files("drs_exporter.web.pages")
_STYLE: Final = _FILES.joinpath("style.css").read_text(encoding="utf-8").strip()
_SCRIPT: Final = _FILES.joinpath("jobs.js").read_text(encoding="utf-8").strip()
_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='4' fill='%230b6e99'/%3E"
    "%3Cpath d='M3 6h8L9 4m4 6H5l2 2' fill='none' stroke='%23fff' stroke-width='1.6'/%3E%3C/svg%3E"
)


def _digest(text: str) -> str:
    """As a content security policy names an inline element it allows."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_digest(_STYLE)}",
        f"script-src {_digest(_SCRIPT)}",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

OVERVIEW: Final = "Overview"
JOBS: Final = "Jobs"


def document(*, title: str, body: str, root: str, here: str = "", script: bool = False) -> bytes:
    """A whole page; `root` leads from it to `/` by a relative way, `here` is the name that the navigation marks."""
    links = "".join(
        f'<a href="{root or "./"}{path}"{" aria-current=page" if name == here else ""}>{name}</a>'
        for path, name in (("", OVERVIEW), ("jobs", JOBS))
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{title} · drs-exporter</title><link rel="icon" href="{_ICON}"><style>{_STYLE}</style></head>\n'
        f"<body><header><strong>drs-exporter</strong><nav>{links}</nav>"
        f'<span class="version">{__version__}</span></header>\n'
        f"<main>\n{body}\n</main>"
        f"{f'<script>{_SCRIPT}</script>' if script else ''}</body></html>\n"
    ).encode("utf-8", "replace")
