"""systemd units run without systemd: their command, environment and the part of their sandbox that needs no systemd."""

import configparser
import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from tests.deploy.machine import DEPLOY, ROOT, server_user

# What ProtectSystem=strict, PrivateTmp=yes and StateDirectory= make of the file system.
READ_ONLY = """
mount --make-rprivate /
mount --bind {state} {state}
mount -o remount,bind,ro /
shift
exec "$@"
"""


class _Unit(configparser.RawConfigParser):
    """A unit file: names keep their case, and repeated ones are joined."""

    optionxform = staticmethod(str)  # type: ignore[assignment]


@dataclass(frozen=True)
class Unit:
    """A service of deploy/systemd, `instance` being what stands after its @."""

    name: str
    instance: str = ""

    @property
    def service(self) -> dict[str, str]:
        parser = _Unit(strict=False, delimiters=("=",), comment_prefixes=("#", ";"))
        parser.read(DEPLOY / "systemd" / f"{self.name}.service")
        return dict(parser["Service"])

    def environment(self, env_files: dict[str, Path]) -> dict[str, str]:
        """As systemd makes it: nothing of ours but PATH, then Environment=, then the files."""
        found = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
        text = (DEPLOY / "systemd" / f"{self.name}.service").read_text()
        for line in text.splitlines():
            if line.startswith("Environment="):
                found |= dict(pair.split("=", 1) for pair in shlex.split(line.removeprefix("Environment=")))
        for line in text.splitlines():
            if line.startswith("EnvironmentFile="):
                path = env_files[Path(line.removeprefix("EnvironmentFile=")).name]
                found |= {name: value or "" for name, value in dotenv_values(path, interpolate=False).items()}
        return found

    def command(self, environment: dict[str, str], python: str, state: Path) -> list[str]:
        """ExecStart in a sandbox, as the servers' user where we are root."""
        line = self.service["ExecStart"].replace("%i", self.instance)
        for name, value in environment.items():
            line = line.replace("${" + name + "}", value)
        argv = shlex.split(line.replace("/opt/unionhall/.venv/bin/python", python))
        if os.geteuid() != 0:
            return argv
        user = ["setpriv", f"--reuid={server_user()}", f"--regid={server_user()}", "--clear-groups", "--no-new-privs",
                "--bounding-set=-all", "--inh-caps=-all", "--"]  # fmt: skip
        return ["unshare", "--mount", "sh", "-euc", READ_ONLY.format(state=state), "sh", "--", *user, *argv]


WORKING_DIRECTORY = ROOT
