"""What the API says, in its own words: a transcript, not a design.

Only fields that are read are declared, so nothing else of an answer, passwords among it, is ever held. Every
field accepts whatever JSON puts there: a wrong type is for `parse` to count, never a reason to lose the job, and
an object or list where a single value belongs is decoded to an empty `Unread` or to nothing that is looked at.
Answers hold no cycles: `gc=False` keeps thousands of records a poll from setting off the garbage collector.
"""

from drs_exporter.cloud.json_values import *  # noqa: F403 - a transcript counts whole
from drs_exporter.drs.wire.diagnosis import *  # noqa: F403 - as above
from drs_exporter.drs.wire.v3 import *  # noqa: F403 - as above
from drs_exporter.drs.wire.v5 import *  # noqa: F403 - as above
