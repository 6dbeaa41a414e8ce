"""The wheel alone is enough: installed in an empty place it brings everything that it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.support import tree

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]
SOURCES = ("pointsvc", "templates", "migrations")
FILES = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What the command says; the test fails with all of it when the command does."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("POINTSVC_")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**bare, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that no build folder is left in the tree."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("out")
    for name in SOURCES:
        shutil.copytree(tree.ROOT / name, copy / name, symlinks=True)
    for name in FILES:
        shutil.copy(tree.ROOT / name, copy)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", out)
    run(sys.executable, "-m", "pip", "wheel", *options, copy, cwd=out)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a new virtual environment that holds our wheel and nothing else."""
    home = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    python = home / "bin" / "python"
    options = ("--quiet", "--no-deps", "--no-index", "--no-warn-script-location")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel, cwd=home)
    return home / "bin" / "pointsvc"


def test_the_wheel_carries_all_that_pages_and_databases_need(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"pointsvc/{path.relative_to(base).as_posix()}"
        for base, folder in (
            (tree.ROOT, "templates"),
            (tree.ROOT, "migrations"),
            (tree.PACKAGE, "static"),
            (tree.PACKAGE, "translations"),
        )
        for path in (base / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - carried == set()


def test_the_wheel_carries_every_module_and_nothing_of_the_tests(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    assert {source.place for source in tree.package()} - carried == set()
    assert {name for name in carried if name.startswith(("tests", "bench", "templates"))} == set()


def test_the_wheel_carries_its_licence(wheel: Path) -> None:
    carried = zipfile.ZipFile(wheel)
    [name] = [each for each in carried.namelist() if each.endswith("/licenses/LICENSE")]
    assert carried.read(name) == (tree.ROOT / "LICENSE").read_bytes()


def test_the_installed_command_explains_itself_in_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    libraries = sysconfig.get_path("purelib")
    said = run(installed, "--help", cwd=tmp_path, PYTHONPATH=libraries)
    assert "demo" in said
    assert "serve" in said


def test_the_installed_package_builds_its_database_in_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    libraries = sysconfig.get_path("purelib")
    build = (
        "import pointsvc, flask_migrate; from pointsvc.app import create_app\n"
        "with create_app().app_context(): flask_migrate.upgrade()\n"
        "print(pointsvc.__file__)"
    )
    python = installed.parent / "python"
    said = run(python, "-c", build, cwd=tmp_path, PYTHONPATH=libraries)
    assert str(installed.parent.parent) in said
    assert (tmp_path / "instance" / "pointsvc.sqlite3").stat().st_size > 100_000
