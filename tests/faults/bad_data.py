"""Faults inside answers that are read all the same, one record each."""

import math
from typing import Final

from tests.faults.rows import BadData, Trouble

_MANY_JOBS: Final = {"scenarios": ["sync"]}
_PROGRESS: Final = frozenset(
    {
        "drs_job_progress_ratio",
        "drs_job_remaining_seconds",
        "drs_job_progress_updated_timestamp_seconds",
        "drs_job_incremental_delay_seconds",
        "drs_job_apply_rows_per_second",
        "drs_job_apply_bytes_per_second",
    }
)

FIELDS: Final = (
    BadData(
        name="`NaN` and `Infinity` for numbers",
        faults=(Trouble("batch_progress", "json_nan"),),
        lost=_PROGRESS,
        of_one_job=False,
        unreadable=frozenset(
            {
                "progress", "remaining_time", "process_time", "incre_trans_delay", "incre_trans_delay_millis",
                "apply_rows_rate", "apply_bytes_rate",
            }
        ),
        held="The fields' series go at once, nothing else does.",
    ),
    BadData(
        name="`null` field in one job of a hundred",
        faults=(Trouble("list_jobs", "null_field", {"field": "billing_tag"}),),
        lost=frozenset({"drs_job_billing_enabled"}),
        held="That job's series of that field goes at once: null is the service's way to say not known.",
    ),
    BadData(
        name="field of a wrong type in one job of a hundred",
        faults=(Trouble("list_jobs", "wrong_type", {"field": "billing_tag"}),),
        lost=frozenset({"drs_job_billing_enabled"}),
        unreadable=frozenset({"billing_tag"}),
        held="That job's series of that field goes at once.",
    ),
    BadData(
        name="field missing in one job of a hundred",
        faults=(Trouble("list_jobs", "missing_field", {"field": "billing_tag"}),),
        lost=frozenset({"drs_job_billing_enabled"}),
        held="That job's series of that field goes at once.",
    ),
    BadData(
        name="status `null` in the listing",
        faults=(Trouble("list_jobs", "null_field", {"field": "status"}),),
        held="Everything: the status comes from `batch_status`.",
    ),
    BadData(
        name="status of a wrong type in the listing",
        faults=(Trouble("list_jobs", "wrong_type", {"field": "status"}),),
        unreadable=frozenset({"status"}),
        held="Everything: the status comes from `batch_status`.",
    ),
    BadData(
        name="`NaN` where a text belongs, in one job of a hundred",
        faults=(Trouble("list_jobs", "wrong_type", {"field": "status", "value": math.nan}),),
        unreadable=frozenset({"status"}),
        held="Everything: the status comes from `batch_status`; a label that only the listing gives would be empty.",
    ),
    BadData(
        name="status of a wrong type in `batch_status`",
        faults=(Trouble("batch_status", "wrong_type", {"field": "status"}),),
        unreadable=frozenset({"status"}),
        held="Everything: the status comes from the listing.",
    ),
    BadData(
        name="one job of a batch is `null`",
        faults=(Trouble("batch_progress", "null_job"),),
        unreadable=frozenset({"results"}),
        held="That job was not answered: it is asked once more, then its progress is held for `HOLD_TIME`.",
    ),
    BadData(
        name="one id of a batch is not answered",
        faults=(Trouble("batch_progress", "unanswered"),),
        held="It is asked once more, then its progress is held for `HOLD_TIME`.",
    ),
    BadData(
        name="`progress_map` as an array",
        faults=(Trouble("batch_progress", "part_list"),),
        held="Everything: both spellings are read.",
    ),
    BadData(
        name="array of a batch called `jobs`",
        faults=(Trouble("batch_status", "other_array"),),
        held="Everything: both spellings are read.",
    ),
    BadData(
        name="422 `DRS.M00002` (empty) for a batch",
        faults=(Trouble("batch_progress", "422_empty"),),
        held="No job was answered: asked once more, then their progress is held for `HOLD_TIME`.",
    ),
)  # fmt: skip
"""Single values, single jobs."""

PAGES: Final = (
    BadData(
        name="pages that overlap",
        faults=(Trouble("list_jobs", "pages_overlap"),),
        jobs=320,
        settings=_MANY_JOBS,
        held="Everything: each job counts once.",
    ),
    BadData(
        name="pages that shift: jobs move to a page that was read",
        faults=(Trouble("list_jobs", "pages_shift", match={"page": 2}, times=1),),
        jobs=320,
        settings=_MANY_JOBS,
        held="Everything: the total fell, so the listing is read once more.",
    ),
    BadData(
        name="total far too high",
        faults=(Trouble("list_jobs", "total_lies"),),
        jobs=320,
        settings=_MANY_JOBS,
        held="Everything: a short page and then an empty one are the end.",
    ),
    BadData(
        name="total far too low",
        faults=(Trouble("list_jobs", "total_lies", {"total": 1}),),
        jobs=320,
        settings=_MANY_JOBS,
        held="Everything: full pages are followed by the next one.",
    ),
    BadData(
        name="total that is no number",
        faults=(Trouble("list_jobs", "total_lies", {"total": "many"}),),
        jobs=320,
        settings=_MANY_JOBS,
        held="Everything: a short page is the end.",
    ),
)
"""Listings whose pages do not fit together."""

BAD_DATA: Final = (*FIELDS, *PAGES)
