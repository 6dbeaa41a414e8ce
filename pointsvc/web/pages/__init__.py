"""The pages of the front hall; each module hangs its views into one blueprint."""

from pointsvc.web.pages import (
    approving,
    arriving,
    auditing,
    founding,
    gaps,
    machine,
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
    "founding",
    "gaps",
    "machine",
    "mine",
    "my_account",
    "my_cover",
    "operating",
    "provenance",
    "second_step",
]
