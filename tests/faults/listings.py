"""Listings that lack jobs, one record each: faults with tests of their own."""

from typing import Final

from tests.faults.rows import Row, Special

_SHORT: Final = "`listing.fell_short` with `scenario`, `total` and `held`, once"
_COMPLETED: Final = "Next poll: `listing.completed`."

LISTINGS: Final = (
    Special(
        test="test_jobs_that_no_page_shows_though_the_total_counts_them_are_held_and_then_go",
        row=Row(
            fault="pages that shrink: a later page lacks jobs, the total still counts them",
            seen="`drs_up` stays 1; nothing is lost at first",
            log=_SHORT,
            held="Every job that is on a page is fresh; the others are asked about and served as before until "
            "`HOLD_TIME` after a page last showed them, each for itself.",
            recovery=_COMPLETED,
        ),
    ),
    Special(
        test="test_a_total_that_is_always_too_high_keeps_no_deleted_job_for_ever",
        row=Row(
            fault="total too high for ever, and a job is deleted",
            seen="`drs_up` stays 1; the job's series end later than they should",
            log=_SHORT,
            held="The deleted job, for `HOLD_TIME` after a page last showed it: it could be one that was left out.",
            recovery="First poll with a right total: `listing.completed`.",
        ),
    ),
    Special(
        test="test_pages_that_shift_whenever_they_are_read_lose_no_job_at_once",
        row=Row(
            fault="pages that shift each time they are read",
            seen="`drs_up` stays 1; nothing is lost at first",
            log=_SHORT,
            held="Every job that was seen in one of two readings is fresh; the others as above.",
            recovery=_COMPLETED,
        ),
    ),
    Special(
        test="test_of_two_jobs_with_one_id_one_is_there",
        row=Row(
            fault="two jobs with one id",
            seen="one of them, on every page the same",
            log=_SHORT,
            held="The last one listed; the job that was known by another id, for `HOLD_TIME`.",
            recovery=_COMPLETED,
        ),
    ),
    Special(
        test="test_a_second_page_that_fails_removes_no_job",
        row=Row(
            fault="page 2 of a listing fails",
            seen="`drs_up` 0: as when the whole listing fails",
            log="`collector.failed`",
            held="All series, for `HOLD_TIME`: half a listing removes nothing.",
            recovery="Next poll: `collector.recovered`.",
        ),
    ),
)
"""Listings that lack jobs."""
