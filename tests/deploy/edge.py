"""nginx with the configuration of deploy/, on ports of its own, and a client that speaks to it as browsers do."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.machine import DEPLOY, ROOT, answers, free_port, render, running, wait_until

Headers = Mapping[str, str] | list[tuple[str, str]]
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin") or "nginx"
MAIN = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/unionhall.conf;
}}
"""


@dataclass(frozen=True)
class Answer:
    """An answer, unpacked as far as nginx's own gzip is not asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def cache(self) -> str:
        """HIT, MISS, EXPIRED, UPDATING …; empty where nginx had no business with its cache."""
        return self.headers.get("x-cache", "")

    @property
    def rendering(self) -> str:
        return self.headers.get("x-rendering", "")


@dataclass(frozen=True)
class Edge:
    """A running nginx."""

    folder: Path
    http_port: int
    https_port: int

    def ask(
        self,
        host: str,
        path: str = "/",
        *,
        method: str = "GET",
        sni: str = "",
        body: bytes | None = None,
        headers: Headers | None = None,
    ) -> Answer:
        """One request over TLS. Raises what the socket raises where nginx hangs up."""
        context = ssl.create_default_context(cafile=str(self.folder / "tls" / "fullchain.pem"))
        context.check_hostname = False
        with socket.create_connection(("127.0.0.1", self.https_port), timeout=20) as plain:
            connection = http.client.HTTPConnection(host, timeout=20)
            with context.wrap_socket(plain, server_hostname=sni or host) as connection.sock:
                return _exchange(connection, host, path, method, body, headers)

    def ask_plainly(self, host: str, path: str = "/") -> Answer:
        """One request over plain HTTP."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=20)
        return _exchange(connection, host, path, "GET", None, None)


def _exchange(
    connection: http.client.HTTPConnection,
    host: str,
    path: str,
    method: str,
    body: bytes | None,
    headers: Headers | None,
) -> Answer:
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers or ())
    if body is not None:
        pairs.append(("Content-Length", str(len(body))))
    for name, value in [("Host", host), *pairs]:
        connection.putheader(name, value)
    with closing(connection):
        connection.endheaders(body)
        with connection.getresponse() as response:
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())


@contextmanager
def running_nginx(
    folder: Path, base_domain: str, upstreams: list[int], *, without: Sequence[str] = ()
) -> Iterator[Edge]:
    """nginx before the given ports. `without` are lines to take out of the configuration: guards, to see them missed."""
    edge = Edge(folder, free_port(), free_port())
    _make_certificate(folder / "tls", base_domain)
    shutil.copytree(DEPLOY / "nginx" / "unionhall", folder / "unionhall", dirs_exist_ok=True)
    site = render(
        DEPLOY / "nginx" / "unionhall.conf.template",
        HALL_BASE_DOMAIN=base_domain,
        HALL_UPSTREAMS=" ".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=5s;" for port in upstreams),
        HALL_CODE=str(ROOT),
        HALL_ACCESS_LOG=str(folder / "access.log"),
    )
    for guard in without:
        assert guard in site
        site = site.replace(guard, "")
    (folder / "unionhall.conf").write_text(site)
    for path in (folder / "unionhall.conf", *(folder / "unionhall").glob("*.conf")):
        path.write_text(_at_home(path.read_text(), edge))
    user = "user root;" if os.geteuid() == 0 else ""  # a checkout in a home directory is closed to www-data
    (folder / "nginx.conf").write_text(MAIN.format(user=user, folder=folder))
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    subprocess.run([*command, "-t", "-q"], check=True, capture_output=True)
    with running([*command, "-g", "daemon off;"], folder / "nginx.out"):
        wait_until(lambda: answers(edge.https_port) and answers(edge.http_port), "nginx did not listen")
        yield edge


def _at_home(text: str, edge: Edge) -> str:
    """The configuration with our ports and our folder; nothing else of it changes."""
    text = re.sub(r"listen \[::\].*\n", "", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{edge.https_port}")
    text = text.replace("listen 80", f"listen 127.0.0.1:{edge.http_port}")
    for path, ours in (
        ("/etc/unionhall/tls", "tls"),
        ("/var/cache/unionhall", "cache"),
        ("/var/www/unionhall-acme", "acme"),
    ):
        text = text.replace(path, str(edge.folder / ours))
    return text


def _make_certificate(folder: Path, base_domain: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = f"subjectAltName=DNS:{base_domain},DNS:*.{base_domain}"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={base_domain}", "-addext", names,
         "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
