"""Lines of CSV: they live in the kernel, as the rooms below write some too."""

from __future__ import annotations

from pointsvc.kernel.csv_lines import csv_line

__all__ = ["csv_line"]
