"""What a cloud may choose, in excess: answers of one project's cloud that are valid, within every bound, and absurd."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Answers = dict[str, Callable[[int], Any]]
"""What is answered to a path that ends so, to the request of this number."""

JOBS: Final = 100
OFTEN: Final = "2s"
_LONG: Final = 1_000_000
"""Characters of a long word; the bytes that a text may have at most are a few more."""


@dataclass(frozen=True)
class Excess:
    """What one project's cloud answers, and which collectors ask."""

    answers: Answers
    collectors: tuple[str, ...] = ("jobs",)
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def project(self) -> dict[str, object]:
        """Settings of the project."""
        others = [name for name in self.collectors if name not in {"jobs", "status", "progress"}]
        intervals = {"collector_intervals": dict.fromkeys(others, OFTEN)} if others else {}
        return {"collectors": list(self.collectors), **intervals, **self.settings}


def listing(jobs: int, **members: Callable[[int, int], Any]) -> Answers:
    """A listing of so many jobs; some members of each are made from the number of the request and its own."""

    def answer(number: int) -> Any:
        return {
            "total_record": jobs,
            "jobs": [
                {"id": f"job-{place}", "name": "n", "status": "FULL_TRANSFER_STARTED", "db_use_type": "sync"}
                | {name: make(number, place) for name, make in members.items()}
                for place in range(jobs)
            ],
        }

    return {"/jobs": answer}


def batch(key: str, jobs: int, **members: Callable[[int, int], Any]) -> Callable[[int], Any]:
    """Results of a batch operation, in which a job's id is called so."""
    return lambda number: {
        "count": jobs,
        "results": [
            {key: f"job-{place}"} | {name: make(number, place) for name, make in members.items()}
            for place in range(jobs)
        ],
    }


def word(number: int, place: int) -> str:
    """One that nobody used before."""
    return f"W{number}_{place}"


def long_word(number: int, place: int) -> str:
    """One as long as an answer may hold at all."""
    return word(number, place) + "x" * _LONG


def detail(number: int) -> Any:
    """The v5 detail of a job whose objects are of ten thousand types."""
    objects = [
        {"type": word(number, kind), "src_count": 1, "dst_count": 1, "status": word(number, kind)}
        for kind in range(10_000)
    ]
    return {"job": {"migration_object_progress_info": {"migration_object_overview": objects}}}


def quotas(number: int) -> Any:
    """Quotas of a thousand resources."""
    return {"quotas": {"resource": [{"type": word(number, kind), "quota": 1, "used": 1} for kind in range(1000)]}}


EXCESSES: Final[Mapping[str, Excess]] = {
    "an error code of a megabyte for each of 10 jobs, new at every poll": Excess(
        listing(10)
        | {
            "/batch-status": batch(
                "id",
                10,
                status=lambda *_: "FULL_TRANSFER_FAILED",
                error_code=long_word,
            )
        },
        collectors=("jobs", "status"),
    ),
    "an error code of its own for each of 100 jobs, new at every poll": Excess(
        listing(JOBS) | {"/batch-status": batch("id", JOBS, status=lambda *_: "FULL_TRANSFER_FAILED", error_code=word)},
        collectors=("jobs", "status"),
    ),
    "20,000 parts of one job's transfer, new at every poll": Excess(
        listing(1)
        | {
            "/batch-progress": batch(
                "job_id",
                1,
                progress_map=lambda number, _: {word(number, part): {"completed": "1%"} for part in range(20_000)},
            )
        },
        collectors=("jobs", "progress"),
    ),
    "100,000 children of one job": Excess(
        listing(
            1, children=lambda *_: [{"id": f"child-{child}", "name": "n", "status": "S"} for child in range(100_000)]
        )
    ),
    "10,000 types of objects of one job, new at every poll": Excess(
        listing(1) | {"/job-0": detail}, collectors=("jobs", "job_detail")
    ),
    "1,000 resources with a quota, new at every poll": Excess(
        listing(1) | {"/quotas": quotas}, collectors=("jobs", "quotas")
    ),
    "an action under way of its own for each of 100 jobs, new at every poll": Excess(
        listing(JOBS, job_action=lambda number, place: {"current_action": word(number, place)})
    ),
    "10,000 tags of one job, each with a value of its own, new at every poll": Excess(
        listing(1)
        | {
            "/batch-detail": batch(
                "id",
                1,
                status=lambda *_: "FULL_TRANSFER_STARTED",
                tags=lambda number, _: [
                    {"key": f"owner{tag or ''}", "value": word(number, tag)} for tag in range(10_000)
                ],
            )
        },
        collectors=("jobs", "details"),
        settings={"job_tags": ["owner"]},
    ),
}


def answered(answers: Answers, path: str, number: int) -> bytes:
    """The body of an answer; nothing is there that is not told."""
    made = next((make for ending, make in answers.items() if path.endswith(ending)), None)
    return json.dumps({"total_record": 0, "jobs": []} if made is None else made(number)).encode()
