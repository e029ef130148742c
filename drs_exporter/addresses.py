"""Addresses and their parts: what can be known to be wrong with one before anything is asked there."""

from typing import Final

from yarl import URL

_PROXIES: Final = ("http", "https")
"""Kinds of proxies that are spoken."""

_LONGEST_LABEL: Final = 63
"""Letters of one part of a host name."""


def proxy_address(text: str) -> URL:
    """The proxy a text names, http where it names no scheme; ValueError says, without the text, what is wrong."""
    text = text.strip()
    scheme, separator, _ = text.partition("://")
    if separator and scheme.lower() not in _PROXIES:
        raise ValueError(f"names a proxy of a kind that is not spoken; it can be {' or '.join(_PROXIES)}")
    try:
        url = URL(text if separator else f"http://{text}")
        usable = text.isprintable() and " " not in text and can_be_looked_up(url.host or "") and url.port != 0
    except ValueError:  # idna's errors among them
        usable = False
    if not usable:
        raise ValueError("is not the address of a proxy, such as http://proxy:3128")
    return url


def can_be_looked_up(host: str) -> bool:
    """Whether a name can be looked up at all: no empty or overlong part, or the codec of names fails on it later."""
    labels = host.removesuffix(".").split(".")
    return ":" in host or (host.isprintable() and all(0 < len(label) <= _LONGEST_LABEL for label in labels))


def can_step_up(text: str) -> bool:
    """Whether a text in a path, escaped or not, can lead to another place than below the one before it.

    Escaping does not help there: `%2E%2E` and `..` are the same to whoever normalises, and some unescape `%2F` first.
    """
    parts = text.replace("\\", "/").split("/")
    return any(not part.strip(".") for part in parts)
