"""The files of deploy/ themselves: complete, in agreement with the code, naming no registry."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from app.core.config import load_settings
from tenants.context import Plane
from tenants.policies import LOGIN, OWNER
from tests.deploy.machine import DEPLOY, ROOT, render

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_compose_has_every_part() -> None:
    parts = {"postgres", "valkey", "pgbouncer", "migrate", "web", "relay", "worker", "cron", "nginx"}
    assert parts == set(COMPOSE["services"])


def test_images_are_plain_names() -> None:
    images = [service["image"] for service in COMPOSE["services"].values()]
    images += re.findall(
        r"^FROM (\S+)", "\n".join(path.read_text() for path in DEPLOY.rglob("*Dockerfile")), re.MULTILINE
    )
    for image in images:
        assert "." not in image.split("/")[0] or "/" not in image, image
        assert ":" not in image.split("/")[0] or "/" not in image, image


def test_only_nginx_is_reached_from_outside() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["nginx"]


def test_settings_of_compose_are_settings_of_the_application() -> None:
    sizes = {"HALL_DATA_KEYS": "k1:" + "A" * 43 + "=", "HALL_INDEX_KEY": "A" * 43 + "=", "HALL_JOB_KEY": "A" * 43 + "="}
    environment = COMPOSE["services"]["migrate"]["environment"]
    values = {name: sizes.get(name, _substitute(value)) for name, value in environment.items()}
    assert load_settings(values).database_pooler


def _substitute(text: str) -> str:
    return re.sub(
        r"\$\{(\w+)[^}]*\}",
        lambda name: "a" * 40 if "URL" not in name[1] else "https://gateway.example.cn/",
        text.replace("${HALL_BASE_DOMAIN:?see deploy/compose/compose.env.example}", "hall.example.cn"),
    )


def test_every_variable_of_compose_is_in_its_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    example = (DEPLOY / "compose" / "compose.env.example").read_text()
    assert wanted == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_roles_sql_knows_every_role_of_the_code() -> None:
    script = (DEPLOY / "postgresql" / "roles.sql").read_text()
    for role in (OWNER, LOGIN, *Plane):
        assert f"'{role}'" in script or f"ROLE {role} " in script, role
    granted = re.search(r"FOREACH plane IN ARRAY ARRAY\[(.*?)\]", script)
    assert granted
    assert set(re.findall(r"'(\w+)'", granted[1])) == {plane.value for plane in Plane}


def test_procfile_names_every_process() -> None:
    names = re.findall(r"^(\w+): ", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert names == ["web", "relay", "worker", "cron"]


def test_a_template_with_a_forgotten_blank_is_refused() -> None:
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        render(DEPLOY / "nginx" / "custom-domain.conf.template")
    assert "needs HALL_DOMAIN=…" in refusal.value.stderr


def test_units_are_what_systemd_understands(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None or not Path("/lib/systemd/system/sysinit.target").exists():
        pytest.skip("systemd is not installed on this machine: its units cannot be verified")
    units = tmp_path / "etc/systemd/system"
    shutil.copytree(DEPLOY / "systemd", units)
    shutil.copytree("/lib/systemd/system", tmp_path / "lib/systemd/system", symlinks=True)
    for program in (".venv/bin/python", "deploy/backup/backup-database", "deploy/backup/backup-files"):
        path = tmp_path / "opt/unionhall" / program
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/true", path)
    names = [path.name.replace("@.", "@1.") for path in units.iterdir()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={tmp_path}", *names],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "SYSTEMD_LOG_LEVEL": "warning"},
    )  # fmt: skip
    assert "unionhall" not in done.stderr
    assert done.returncode == 0, done.stderr


def test_shell_scripts_are_sound() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed on this machine")
    scripts = [path for path in DEPLOY.rglob("*") if path.is_file() and path.read_text("utf-8").startswith("#!/bin/sh")]
    assert len(scripts) >= 7
    done = subprocess.run(
        ["shellcheck", "--external-sources", f"--source-path={DEPLOY / 'backup'}", "--exclude=SC2012", *map(str, scripts)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
