"""The pages of the front hall; each module hangs its views into one blueprint."""

from pointsvc.web.pages import (
    approving,
    arriving,
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
    provenance,
    second_step,
)
from pointsvc.web.pages.hall import blueprint

__all__ = [
    "approving",
    "arriving",
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
    "provenance",
    "second_step",
]
