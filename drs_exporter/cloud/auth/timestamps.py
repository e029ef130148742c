"""When a credential ends."""

from datetime import UTC, datetime


def moment(text: object) -> float | None:
    """Unix time of an ISO 8601 text, in UTC unless it says otherwise."""
    try:
        value = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def life(expires: float | None, *, since: float) -> float | None:
    """Seconds a credential lives; None where that is not said, or where the clocks cannot both be right."""
    return expires - since if expires is not None and expires > since else None
