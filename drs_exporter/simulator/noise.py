"""Numbers that look random and are a pure function of what they are asked about."""

from typing import Final

_MASK: Final = (1 << 64) - 1


def unit(*keys: int) -> float:
    """A number in [0, 1) that depends on the keys and on nothing else (splitmix64)."""
    value = 0x9E3779B97F4A7C15
    for key in keys:
        value = (value + (key & _MASK) + 0x9E3779B97F4A7C15) & _MASK
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
        value ^= value >> 31
    return value / (1 << 64)


def between(low: float, high: float, *keys: int) -> float:
    """A number in [low, high) that depends on the keys."""
    return low + (high - low) * unit(*keys)
