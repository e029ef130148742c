"""What the codes of the Data Replication Service mean."""

from typing import Final

from drs_exporter.cloud.refusals import ServiceRefusals
from drs_exporter.errors import Refusal

REFUSALS: Final = ServiceRefusals(
    {
        (400, "DRS.M01503"): Refusal.THROTTLED,
        (401, "DRS.M00103"): Refusal.PERMISSION,
        (403, "DRS.M00100"): Refusal.AUTH,
        (403, "DRS.M00102"): Refusal.PERMISSION,
        (403, "DRS.M00261"): Refusal.WRONG_PROJECT,
        (404, "DRS.M00101"): Refusal.PERMISSION,
        (422, "DRS.M00002"): Refusal.EMPTY,
    },
    prefix="DRS.",
)
