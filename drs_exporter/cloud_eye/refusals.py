"""What the codes of Cloud Eye mean, and which right to give where one is missing."""

from typing import Final

from drs_exporter.cloud.refusals import ServiceRefusals
from drs_exporter.errors import Refusal

RIGHTS: Final = "ces:metrics:list and ces:metricData:list, which the role CES ReadOnlyAccess has"


class _CloudEyeRefusals(ServiceRefusals):
    """Users who may read DRS may not read Cloud Eye by that alone."""

    def sentence(self, refusal: Refusal, status: int) -> str:
        """The refusal in words for a person, with what to do where a right is missing."""
        words = super().sentence(refusal, status)
        return f"{words}: it needs the rights {RIGHTS}" if refusal is Refusal.PERMISSION else words


REFUSALS: Final = _CloudEyeRefusals(
    {
        (400, "ces.0003"): Refusal.WRONG_PROJECT,
        (400, "ces.0429"): Refusal.THROTTLED,
        (401, "ces.0015"): Refusal.AUTH,
        (403, "ces.0017"): Refusal.PERMISSION,
        (403, "ces.0429"): Refusal.THROTTLED,
    }
)
