"""docs/reliability.md from the records that the fault tests run by."""

from collections.abc import Iterable, Iterator

from tests.faults import bad_data, cloud_eye, elsewhere, failures, listings, special
from tests.faults.rows import BadData, Failure, Row, Special

INTRODUCTION = """\
# Reliability

What the cloud, the network and the machine can do to this exporter, and what you then see. Every row is a test of the
whole daemon: a real exporter before a simulated cloud that misbehaves in exactly this way, on a clock that the test
turns, with scrapers that ask for fifty pages a second all the while. The tables are made from the records these
tests run by (`make generate`), so a row that is not true fails the build.

## How to read a failure

- **`drs_up{project}`** is 0 when the last job listing failed, and with it
  **`drs_exporter_collector_success{project,collector="jobs"}`**. Each other collector has its own success, which is
  absent while the cloud does not have the operation (`drs_exporter_collector_supported` 0).
- **What was last read is held** for `HOLD_TIME` after it was read (default: the larger of 3 minutes and three times
  the collector's interval; 0 drops at once), then its series go. A page is never empty and healthy, and never old for
  ever: `time() - drs_exporter_collector_last_success_timestamp_seconds` is its age.
- **A listing that failed removes no job**, and the other collectors go on with the jobs that are known. When its hold
  ends, all series of jobs go; quotas and async batches have holds of their own. A job that is on no page of a listing
  goes at once if the listing has as many jobs as its total says; if it has fewer, that job is held too, for itself.
- **One line per change**: `collector.failed` on the way down, with `reason`, `error` and the service's `request_id`;
  `collector.recovered` on the way up, with `failed_for`. Nothing in between, and never a line per poll. A value that
  cannot be read is logged the first time its field is met (`field.unreadable`) and counted every time.
- **Nothing has to be restarted.** One good poll brings everything back, except what is tried hourly, as said below.

In the tables a metric that does not begin with `drs_` is one of `drs_exporter_…`; requests are counted with the labels
`project`, `operation` and `code`.
"""

UNREACHABLE = """\
Every collector fails in the same way, each with its own line.
"""

ELSEWHERE = """\
## Commands, files, addresses, clients

What was tried on the running program and mended by its kind. The tests of these stand with what they are about.
"""

BOUNDS = """\
## Answers that are bombs, files that are none

What an answer may hold is bounded by what was asked for, and counted while it is read: a page of 100 jobs has some
hundred thousand values at most, none longer than a mebibyte. Files are opened without waiting, off the event loop, and
must be regular and no larger than a mebibyte. `python -m benchmarks.accidents` does each of these to a real process
that watches a second project too, watches it for twenty seconds, and asks it to end. Before it was so, and since; with
a load of 10 on two processors, so times are larger than they need be:

| what happens to the first project | memory at the peak | longest silence of `/-/healthy` | bytes of log | polls of the second, of 10 | end |
| --- | --- | --- | --- | --- | --- |
| 57 kB of gzip, 30 million zeros | 1,969 → 71 MiB | 15.2 → 0.3 s | 0 → 279 | 1 → 10 | killed after a minute → 0.1 s |
| 5 kB of gzip, 3 million zeros | 255 → 72 MiB | 15.3 → 0.1 s | 0 → 279 | 1 → 10 | 28.8 → 0.1 s |
| 5 kB of gzip, 3 million zeros and a `NaN` | 255 → 72 MiB | 15.2 → 0.2 s | 0 → 279 | 1 → 10 | 32.9 → 0.1 s |
| 8 kB of gzip, 3 million empty objects | 247 → 72 MiB | 15.2 → 0.3 s | 0 → 279 | 1 → 10 | 38.3 → 0.3 s |
| 57 kB of gzip, one word of 60 MB | 467 → 72 MiB | 8.7 → 0.5 s | 254 → 267 | 9 → 10 | 2.2 → 0.0 s |
| 100 jobs with names of 300 kB each, new at every poll: as large as a page may be, and read | 497 → 122 MiB | 1.8 → 1.8 s | 408 → 143 | 10 → 10 | 0.6 → 1.0 s |
| a new status of each of 100 jobs at every poll | 69 → 69 MiB | 0.1 → 0.2 s | 128,800 → 273 | 10 → 10 | 0.1 → 0.1 s |
| its token's file is rotated to two lines, or to a NUL | 67 → 68 MiB | for good → 0.2 s | 8,344 → 304 | 1 → 10 | both projects ended with 1 → 0.3 s |
| its token's file becomes a pipe | 66 → 68 MiB | for good → 0.2 s | 0 → 288 | 1 → 10 | killed after a minute → 0.1 s |
| its token's file becomes `/dev/zero` | 3,324 → 68 MiB | for good → 0.2 s | 0 → 288 | 1 → 10 | killed after a minute → 0.1 s |
| a reload finds `secrets_dir:` empty | 67 → 68 MiB | 0.2 → 0.1 s | 233 → 136 | 10 → 10 | 0.1 → 0.1 s |
| a reload finds a configuration that is a pipe | 66 → 68 MiB | for good → 0.1 s | 0 → 185 | 0 → 10 | killed after a minute → 0.1 s |
| a reload finds a configuration that is `/dev/zero` | 5,799 → 68 MiB | for good → 0.1 s | 0 → 185 | 0 → 10 | killed after a minute → 0.0 s |

Whatever the cloud chooses is bounded too: words of one field, statuses, parts, children, types of objects, quotas,
actions, tags. The same trial with answers that no bomb is in, as large as they may be or larger; whoever watches makes
them in the same process, which is most of the longest silence. All of them ended within 2 s when told to, before and
since, but for the last row:

| what the first project's cloud says | memory at the peak | longest silence of `/-/healthy` | bytes of log | series of the page | seen since |
| --- | --- | --- | --- | --- | --- |
| an error code of a megabyte for each of 10 jobs, new at every poll | 274 → 88 MiB | 0.3 → 0.3 s | 0 → 148 | 504 → 585 | `other`, counted |
| an error code of its own for each of 100 jobs, new at every poll | 68 → 70 MiB | 0.1 → 0.1 s | 0 → 0 | 774 → 855 | 1,000 codes are told apart, then `other`, counted |
| 20,000 parts of one job's transfer, new at every poll | 91 → 70 MiB | 1.0 → 0.6 s | 0 → 288 | 20,476 → 588 | refused: far more values than were asked for; of fewer, 64 parts are read |
| 100,000 children of one job | 294 → 70 MiB | 6.2 → 4.2 s | 124 → 279 | 438 → 518 | refused as above; of fewer, 1,000 are read |
| 10,000 types of objects of one job, new at every poll | 83 → 70 MiB | 0.5 → 0.3 s | 0 → 286 | 20,476 → 555 | refused as above; of fewer, 200 are read |
| 1,000 resources with a quota, new at every poll | 69 → 69 MiB | 0.1 → 0.2 s | 156 → 0 | 2,476 → 555 | 100 are read |
| an action under way of its own for each of 100 jobs, new at every poll | 68 → 70 MiB | 0.1 → 0.2 s | 0 → 145 | 638 → 819 | 1,000 words are told apart, then `other`, counted |
| 10,000 tags of one job, each with a value of its own, new at every poll | 68 → 69 MiB | 0.3 → 0.2 s | 0 → 285 | 476 → 555 | refused as above; of fewer, 100 are read |
| ids that are `..`, `.`, `../..` and the like | 68 → 69 MiB | 0.1 → 0.6 s | 265 → 265 | 564 → 564 | three links of `/jobs` led a step up, now none |
| every call is answered with `Location: file:///…` | 67 → 69 MiB | 0.1 → 0.2 s | 277 → 421 | 439 → 518 | "points to itself", now "an address that is not HTTP (file)" |
| tokens that end after a second | 67 → 69 MiB | 0.1 → 0.2 s | 0 → 0 | 471 → 551 | 11 sign-ins in 20 s, now 6 |
| `serve` is started with standard error closed | - → 69 MiB | for good → 0.3 s | - | - → 518 | it never served, now it does |
"""  # noqa: E501 - rows of a table


SOAK = """\
Whoever asks for every choice of projects (`?project=`) fills no memory: of ten projects with 1,000 jobs each, 147 of
the 1,023 choices one after the other, with gzip, took 15 MiB more than none, since no more is kept than two pages of
everything hold. When every choice was kept until the next poll, ten projects of 2,000 jobs went from 138 to 1,705 MiB
in 30 s.

## In the long run

`make soak` runs a thousand polls at speed, or as many as a busy machine makes in four and a half minutes, with every
collector on, every fault the simulated cloud knows, then random ones, and four scrapers that never pause. The
exporter is alone in its process, as `drs-exporter serve` runs it but for its clock. The run says how many polls it
made and fails if they are fewer than 250, if its resident memory is more than 5 % larger at the end than after 200,
if a task or a file descriptor is there that was not, if a page ever has a series twice, or if, once jobs and
statuses have been read again after a fault, any job that was there all the time since is missing or under another name
or a status it did not have, or one is there that never was. `make soak SEED=2` draws other jobs and other faults. On
two processors that others left alone it made 1,010 polls in 230 s, with 242 faults of 60 kinds and 3,327 pages: 79.1
MiB after 213 polls, 79.8 at the end, no task and no descriptor more, every job back after every fault.

Tasks and descriptors are counted when the scrapers have hung up, at the ends of ten polls without a fault: what is
there each time stays, what is asked just then does not. Connections to the cloud are counted apart: up to
`MAX_CONCURRENCY` and two are kept alive to each of its two services, and how many of them are open at a moment is as
it happens.
"""


HOSTILE = """\
## Clients that mean harm

Tried on a real process by `python -m benchmarks.hostile`, on asyncio's own loop, before and after connections, answers,
passwords and log lines were bounded. The machine was busy with other work (a load of 10 on two processors), and whoever
watches shares a process with those who attack, so times are larger than they need be; the first row and the third were
watched from a process of its own. An idle process has 90 MiB here, before it had 85.

| attack | memory at the peak, before → after | longest silence of `/-/healthy` | bytes of log | seen |
| --- | --- | --- | --- | --- |
| 1,500 TLS handshakes that stall | 539 → 148 MiB | 0.7 → 1.4 s | 128 → 334 | scrapes go on |
| 1,500 TLS connections that ask for nothing | 506 → 141 MiB | 2.9 → 2.6 s | 128 → 478 | after they left 508 → 140 MiB, and the next poll gives back what is free |
| 300 idle connections, 256 descriptors | 84 → 106 MiB | 20.3 → 1.3 s | 6,626,677 → 333 | a scrape failed, now it works |
| 1,000 compressed bodies without a password | 88 → 102 MiB | 0.4 → 1.4 s | 1,615,127 → 271 | 413, unread |
| the same, the log a pipe nobody reads | 84 → 100 MiB | 96.1 → 1.1 s | not read | it had to be killed, now it ends with 0 at once |
| 1,000 readers of `/jobs` that do not read | 93 → 128 MiB | 4.4 → 2.3 s | 127 → 1,632 | scrapes go on |
| 40 scrapers that do not read | 86 → 125 MiB | 0.3 → 1.9 s | 324 → 275 | a scrape was answered with 503, now with 200 |
| 64 connections that guess passwords, and a scraper new to the exporter from the same address | 85 → 102 MiB | 0.6 → 1.2 s | 127 → 271 | answered at the 61st try after 9.5 s, now at the first after 0.2 s: whoever was refused least is next, however many guesses came before the first was refused |
| 400 clients that end their half of the connection after the request | 85 → 99 MiB | 0.1 → 1.7 s | 127 → 428 | 15 were answered, now 400 |
| 400 reloads asked for by a page of another site | 87 → 98 MiB | 0.1 → 1.9 s | 44,527 → 428 | 400 were done, now none |

`python -m benchmarks.soak.stopping` starts and stops the daemon, most often under TLS, while clients are in random
states, on asyncio's loop and on uvloop in turn: each time it must end with 0 within five seconds, without a stray line.
A hundred times in a row it did.
A client that ends its half of a TLS connection after its request gets no answer: Python's TLS ends both halves at once.
"""  # noqa: E501 - rows of a table


def page() -> str:
    """The whole page."""
    tables: dict[str, Iterable[Failure | BadData | Special]] = {
        "The service says no": failures.REFUSALS,
        "The answer cannot be read": failures.BODIES,
        "The connection breaks": failures.CONNECTIONS,
        "The service cannot be reached": failures.UNREACHABLE,
        "Refusals that concern a part": special.REFUSALS,
        "Cloud Eye": cloud_eye.CLOUD_EYE,
        "Bad values": bad_data.FIELDS,
        "Pages that do not fit together": (*bad_data.PAGES, *listings.LISTINGS),
        "Jobs that come, go and change": special.JOBS,
        "Credentials and clocks": special.TIME,
        "The exporter as a whole": special.WHOLE,
    }
    parts = [INTRODUCTION]
    for title, records in tables.items():
        note = UNREACHABLE if records is failures.UNREACHABLE else ""
        rows = [record.row if isinstance(record, Special) else record.row() for record in records]
        parts.append(f"## {title}\n\n" + (f"{note}\n" if note else "") + "\n".join(_table(rows)) + "\n")
    return "\n".join([*parts, ELSEWHERE, *_elsewhere(), "", BOUNDS, HOSTILE, SOAK])


def _elsewhere() -> Iterator[str]:
    yield "| fault | before | since | tests, below `tests/` |"
    yield "| --- | --- | --- | --- |"
    for row in elsewhere.ELSEWHERE:
        tests = dict.fromkeys(f"`{test.partition('::')[0]}`" for test in row.tests)
        yield f"| {row.fault} | {row.before} | {row.since} | {', '.join(tests)} |"


def _table(rows: Iterable[Row]) -> Iterator[str]:
    yield "| fault | what you see | log line | held and dropped | recovers |"
    yield "| --- | --- | --- | --- | --- |"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
