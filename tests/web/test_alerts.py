"""What deploy/ watches and mounts is what the program counts and reads."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml  # type: ignore[import-untyped]
from flask import Flask
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from pointsvc.config import KNOWN
from tests.support import tree
from tests.support.clients import HouseClient

DEPLOY: Final = tree.ROOT / "deploy"
METRIC: Final = re.compile(r"pointsvc_[a-z_]+")
SAMPLE: Final = re.compile(r"_(total|bucket|count|sum|created)$")
COMPOSE_ONLY: Final = {"POINTSVC_DOMAIN", "POINTSVC_UPSTREAM", "POINTSVC_UID"}
COMPOSE_ONLY_IN_SCRIPTS: Final = {"POINTSVC_APP_PASSWORD_FILE"}


@pytest.fixture
def counted(app: Flask, client: HouseClient) -> set[str]:
    """The name of every metric, whether or not it was ever counted."""
    app.extensions["state_metrics"].forget()
    scraped = text_string_to_metric_families(client.get("/metrics").text)
    families = {family.name for family in (*REGISTRY.collect(), *scraped)}
    return {SAMPLE.sub("", name) for name in families if name.startswith("pointsvc_")}


def rules() -> list[dict[str, Any]]:
    document = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


@pytest.mark.engines("sqlite")
def test_every_metric_of_an_alert_exists(counted: set[str]) -> None:
    named = {SAMPLE.sub("", name) for rule in rules() for name in METRIC.findall(rule["expr"])}
    assert len(named) > 10
    assert named - counted == set()


@pytest.mark.engines("sqlite")
def test_every_metric_is_explained_and_none_is_invented(counted: set[str]) -> None:
    told = set(METRIC.findall((tree.ROOT / "docs/operating.md").read_text(encoding="utf-8")))
    named = {SAMPLE.sub("", name) for name in told if not name.startswith("pointsvc_app")}
    assert counted - named == set()
    assert named - counted - {"pointsvc_owner"} == set()


def test_every_alert_is_explained() -> None:
    text = (tree.ROOT / "docs/operating.md").read_text(encoding="utf-8")
    assert [rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in text] == []


def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return document


def settings_named() -> Iterator[tuple[str, str]]:
    for file in DEPLOY.iterdir():
        if file.is_file():
            for name in re.findall(r"POINTSVC_[A-Z_]+", file.read_text(encoding="utf-8")):
                yield file.name, name


def test_every_setting_that_deploy_names_is_known() -> None:
    known = KNOWN | COMPOSE_ONLY | COMPOSE_ONLY_IN_SCRIPTS
    assert [(file, name) for file, name in settings_named() if name not in known] == []


def test_the_service_gets_its_own_password_and_not_the_owner_s() -> None:
    services = compose()["services"]
    assert services["app"]["secrets"] == ["pointsvc.key", "app.pgpass"]
    assert all(services[name]["read_only"] for name in ("app", "upgrade"))
    for service in services.values():
        said = str(service.get("environment", ""))
        assert re.search(r"://\w+:[^@]+@", said) is None, "no password in an environment"


def test_every_secret_of_compose_is_made_once_and_for_its_reader_alone(tmp_path: Path) -> None:
    wanted = {Path(one["file"]).name for one in compose()["secrets"].values()}
    command = [str(DEPLOY / "new-secrets"), str(tmp_path / "secrets")]
    made: list[dict[str, str]] = []
    for _time in range(2):
        subprocess.run(command, check=True, env={"PATH": "/usr/bin:/bin", "POINTSVC_UID": "0"})
        made.append({file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()})
    assert made[0] == made[1]
    assert set(made[0]) == wanted
    assert len(made[0]["pointsvc.key"]) == 43
    assert all((tmp_path / "secrets" / name).stat().st_mode & 0o777 == 0o600 for name in wanted)


def test_what_the_image_copies_and_compose_mounts_is_there() -> None:
    mounts = [
        str(each) for service in compose()["services"].values() for each in service["volumes"]
    ]
    files = {each.split(":")[0] for each in mounts if each.startswith("./")}
    assert [name for name in files if not (DEPLOY / name).is_file()] == []
    assert compose()["x-pointsvc"]["build"]["dockerfile"] == "deploy/Containerfile"
    assert "setup.cfg" not in (tree.ROOT / ".dockerignore").read_text().splitlines()
