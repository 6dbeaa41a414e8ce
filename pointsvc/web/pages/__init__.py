"""The pages of the front hall; each module hangs its views into one blueprint."""

from pointsvc.web.pages import arriving, founding, machine, mine, my_account, operating
from pointsvc.web.pages.hall import blueprint

__all__ = ["arriving", "blueprint", "founding", "machine", "mine", "my_account", "operating"]
