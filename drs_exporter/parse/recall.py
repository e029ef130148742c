"""What was read need not be read again: most of a fleet says at every poll what it said at the last."""

from collections import defaultdict
from collections.abc import Collection, Hashable
from typing import Any, Final

import msgspec

_encode: Final = msgspec.json.Encoder().encode


def digest(raw: msgspec.Struct) -> int:
    """A hash of all that a record of an answer says, its types included: 1 is not true, nor 1.0."""
    return hash(_encode(raw))


class Recall(defaultdict[Hashable, dict[str, tuple[int, Any]]]):
    """What was last read of each job, by the function that reads it: where changes are noticed, and nowhere after.

    Each by job id, with the digest of what was said: a hash of 64 bits. That of 10,000 jobs polled every minute for a
    year one change is missed has a chance below one in a hundred million.
    """

    def __init__(self) -> None:
        """Nothing was read yet."""
        super().__init__(dict)

    def retain(self, job_ids: Collection[str]) -> None:
        """Forget other jobs, wherever there are more than these; another thread may be reading."""
        for known in tuple(self.values()):
            if len(known) > len(job_ids):
                for job_id in [job_id for job_id in tuple(known) if job_id not in job_ids]:
                    known.pop(job_id, None)
