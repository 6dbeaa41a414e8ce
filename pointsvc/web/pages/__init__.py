"""The pages of the front hall; each module hangs its views into one blueprint."""

from pointsvc.web.pages import (
    approving,
    arriving,
    asking_merge,
    auditing,
    erasing,
    founding,
    gaps,
    machine,
    merging,
    mine,
    my_account,
    my_cover,
    operating,
    person_requests,
    provenance,
    second_step,
    stopping,
)
from pointsvc.web.pages.hall import blueprint

__all__ = [
    "approving",
    "arriving",
    "asking_merge",
    "auditing",
    "blueprint",
    "erasing",
    "founding",
    "gaps",
    "machine",
    "merging",
    "mine",
    "my_account",
    "my_cover",
    "operating",
    "person_requests",
    "provenance",
    "second_step",
    "stopping",
]
