"""Everything held of one project between polls."""

from collections import defaultdict
from typing import Any, Final, Generic, TypeVar

from drs_exporter.parse.jobs import Listed
from drs_exporter.parse.recall import Recall
from drs_exporter.parse.values import Reader
from drs_exporter.parse.vocabulary import Vocabulary
from drs_exporter.poll.held import Held
from drs_exporter.poll.offered import Offered
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.rounds import Round
from drs_exporter.poll.standing import Standing

Value = TypeVar("Value")


class Holding(Generic[Value]):
    """The key to what one collector holds; declared once, beside the collector."""

    def __init__(self, *, job: str = "", project: str = "") -> None:
        """Show what is held as it is: by job in this field of one, or all of it in this field of the project.

        What belongs in neither is assembled with what others hold.
        """
        self.job: Final = job
        self.project: Final = project


ALL = ""
"""Key of data that is not divided."""


class State:
    """Readings of every collector and what each has learned of its cloud, and nothing that is derived from them."""

    def __init__(self) -> None:
        self.poll = 0
        """Number of the last poll."""
        self.polled: float | None = None
        """Unix time at which it ended."""
        self.standings: dict[str, Standing] = {}
        """By collector."""
        self.rounds: dict[str, Round] = {}
        """By collector, of those that go rounds."""
        self.learned: dict[str, Any] = {}
        """The collectors themselves, by name: each remembers what it was refused, and what need not be asked again."""
        self.unknown_statuses: set[str] = set()
        """Every status seen that the status table does not name."""
        self.unreadable_fields: set[str] = set()
        """Every field that could not be read once: each is logged the first time only."""
        self.dropped_kinds: set[str] = set()
        """As above, every kind of value of which there were too many once."""
        self.offered = Offered()
        """Which generation of the operations this cloud has, where one takes another's place."""
        self.vocabulary = Vocabulary()
        """Every word the answers have used."""
        self.recall = Recall()
        """What was last read of each job."""
        self.unseen: dict[str, Held[Listed]] = {}
        """By scenario, the jobs that its last listing lacks though its total may count them, each as last listed."""
        self._held: defaultdict[Holding[Any], Held[Any]] = defaultdict(Held)

    def try_again(self, now: float) -> None:
        """Ask and read everything once more: what was refused may be answered, times may be read in another zone."""
        self.learned.clear()
        self.offered = Offered()
        self.recall = Recall()
        for collector, standing in self.standings.items():
            if standing.missing:
                standing.try_again()
                if collector in self.rounds:
                    self.rounds[collector].postpone(now)

    def reader(self, plan: Plan) -> Reader:
        """Reads answers as this project's are to be read."""
        return Reader(self.vocabulary, recall=self.recall, zone=plan.time_zone, tags=plan.job_tags)

    def of(self, holding: Holding[Value]) -> Held[Value]:
        """What is held under this key."""
        return self._held[holding]
