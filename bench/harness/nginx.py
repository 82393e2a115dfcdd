"""nginx with the rules of deploy/nginx, but for TLS, before a web process of the bench."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

from bench.harness.servers import ROOT, free_port, running

RULES = ROOT / "deploy/nginx/unionhall.conf.template"
SITE = ROOT / "deploy/nginx/unionhall"
HOSTS = "# ── hosts"
CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    {temporary}
    {rules}
    server {{
        listen 127.0.0.1:{port};
        keepalive_requests 10000000;
        access_log {folder}/access.log unionhall buffer=64k flush=1s;
        include unionhall/site.conf;
    }}
}}
"""


def nginx_binary() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def why_not() -> str:
    """Why nginx can't be measured here; empty when it can."""
    if nginx_binary() is None:
        return "nginx is not installed"
    return "" if RULES.exists() and SITE.is_dir() else "deploy/nginx is not there"


@contextmanager
def nginx(upstream: int, base_domain: str) -> Iterator[int]:
    """nginx before the web process at `upstream`, with its cache and logs in a temporary directory; gives the port."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hall-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copytree(SITE, folder / "unionhall")
        site = folder / "unionhall/site.conf"
        site.write_text(site.read_text().replace("/var/log/nginx", name))
        rules = Template(RULES.read_text().partition(HOSTS)[0]).safe_substitute(
            HALL_BASE_DOMAIN=base_domain, HALL_UPSTREAMS=f"server 127.0.0.1:{upstream};", HALL_CODE=str(ROOT)
        )
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        (folder / "nginx.conf").write_text(
            CONFIGURATION.format(
                folder=folder,
                port=port,
                rules=rules.replace("/var/cache/unionhall", f"{folder}/cache"),
                temporary="".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds),
            )
        )
        with running([str(nginx_binary()), "-p", name, "-c", str(folder / "nginx.conf")], port):
            yield port
