"""Imports go down only: the contracts of setup.cfg, `[importlinter:…]`, hold."""

from __future__ import annotations

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.support import tree


def test_imports_keep_every_contract(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(tree.ROOT / "setup.cfg"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out
