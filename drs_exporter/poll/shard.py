"""Which shard an id belongs to: stable everywhere, and a changed total moves only what it must."""

from functools import lru_cache
from hashlib import blake2b
from typing import Final

_MULTIPLIER: Final = 2862933555777941757
_MASK: Final = (1 << 64) - 1


@lru_cache(maxsize=1 << 17)
def shard_of(key: str, total: int) -> int:
    """The shard, 0 to total - 1, by the jump consistent hash of Lamping and Veach.

    From n to n + 1 shards one key in n + 1 moves, all of them to the new shard.
    """
    if total == 1:
        return 0
    state = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
    bucket, candidate = 0, 0
    while candidate < total:
        bucket = candidate
        state = (state * _MULTIPLIER + 1) & _MASK
        candidate = int((bucket + 1) * ((1 << 31) / ((state >> 33) + 1)))
    return bucket
