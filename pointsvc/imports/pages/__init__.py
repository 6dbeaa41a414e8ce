"""The clerk's pages of imports: files and past runs, one run's report, its rows."""

from pointsvc.imports.pages import rows, runs, uploads
from pointsvc.imports.pages.desk import blueprint

__all__ = ["blueprint", "rows", "runs", "uploads"]
