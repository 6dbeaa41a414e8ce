"""Are there known vulnerabilities in what constraints.txt pins? `make audit`, part of `make check`.

pip-audit asks the index's advisory database, pin by pin. What it could not ask about it calls
skipped and then says that nothing was found: here that is said loudly instead. A finding that
setup.cfg does not argue away fails; a machine that reaches no advisories does not.
"""

from __future__ import annotations

import configparser
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PINS: Final = "constraints.txt"
SECONDS: Final = 240
COMMAND: Final = (
    *(sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "-r", PINS),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
)


@dataclass
class Verdict:
    """What an audit comes to: findings that fail, findings that are argued, pins nobody asked about."""

    found: list[str] = field(default_factory=list)
    argued: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    asked_count: int = 0
    stale: list[str] = field(default_factory=list)

    @property
    def passes(self) -> bool:
        """Nothing was found that is not argued, and no argument outlived its finding."""
        return not self.found and not self.stale


def judge(report: Mapping[str, Any] | None, arguments: Mapping[str, str]) -> Verdict:
    """Read pip-audit's report (None where it gave none) against the arguments by advisory."""
    verdict = Verdict()
    seen: set[str] = set()
    for pin in (report or {}).get("dependencies", ()):
        if "skip_reason" in pin:
            verdict.unasked.append(pin["name"])
            continue
        verdict.asked_count += 1
        for each in pin.get("vulns", ()):
            names = {each["id"], *each.get("aliases", ())}
            line = f"{pin['name']} {pin['version']}: {each['id']}, mended in {each.get('fix_versions')}"
            known = names & arguments.keys()
            seen |= known
            (verdict.argued if known else verdict.found).append(line)
    if verdict.asked_count and not verdict.unasked:
        verdict.stale = sorted(arguments.keys() - seen)
    return verdict


def words_of(verdict: Verdict) -> list[str]:
    """What is printed; the loudest first."""
    lines = [f"VULNERABLE: {line}" for line in verdict.found]
    lines += [f"NO LONGER FOUND, take it out of setup.cfg: {name}" for name in verdict.stale]
    if not verdict.asked_count:
        lines.append("*** NOT AUDITED: no advisories could be reached; audit where they can be ***")
    elif verdict.unasked:
        lines.append(f"*** NOT AUDITED: {', '.join(verdict.unasked)} ***")
    lines += [f"argued in setup.cfg: {line}" for line in verdict.argued]
    lines.append(f"audit: {verdict.asked_count} pins asked about, {len(verdict.found)} found")
    return lines


def arguments_in(text: str) -> dict[str, str]:
    """`[audit]` of setup.cfg: an advisory's id = why it does not reach us."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return dict(parser["audit"]) if parser.has_section("audit") else {}


def _report() -> dict[str, Any] | None:
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return report if isinstance(report, dict) else None


def main() -> int:
    """Ask, judge, say; 1 where something was found."""
    arguments = arguments_in((ROOT / "setup.cfg").read_text(encoding="utf-8"))
    verdict = judge(_report(), arguments)
    sys.stdout.write("\n".join(words_of(verdict)) + "\n")
    return 0 if verdict.passes else 1


if __name__ == "__main__":
    sys.exit(main())
