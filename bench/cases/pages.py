"""Home pages over HTTP, relative to Flask's hello-world on the same server and core, all cases in each round."""

from contextlib import ExitStack
from dataclasses import replace
from statistics import median

from bench.harness.city import BenchCity, furnished_zone, session_cookies
from bench.harness.load import Asked, Measured, measure, warm
from bench.harness.nginx import nginx, why_not
from bench.harness.options import Options
from bench.harness.results import Result, ratios
from bench.harness.servers import granian, served_hall

PHONE = {
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.49",
}
MEMBERS = 300
GOALS = {
    "signed-in home": 0.45,
    "anonymous home": 0.75,
    "304, anonymous": 0.6,
    "uncached home, anonymous": 0.03,
    "anonymous home behind nginx": 4.0,
}
HELLO = "Flask's hello-world"
BEHIND_NGINX = "anonymous home behind nginx"


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        zone = furnished_zone(city.world, "speedy")
        cookies = session_cookies(city.world, zone, MEMBERS)
        page = city.world.client(zone).get("/", headers=PHONE)
        size = len(city.world.client(zone).get("/").data)
    skipped = why_not()
    with ExitStack() as servers:
        environment = city.settings.as_environ()
        hello = servers.enter_context(granian("bench.apps:hello"))
        hall = servers.enter_context(served_hall(environment))
        uncached = servers.enter_context(granian("bench.apps:uncached", environment))
        home = Asked(hall, zone.host, headers=PHONE)
        tag = {"If-None-Match": page.headers["ETag"]}
        cases = {
            HELLO: Asked(hello, "localhost", headers=PHONE),
            "signed-in home": replace(home, cookies=cookies),
            "anonymous home": home,
            "304, anonymous": replace(home, headers=PHONE | tag, status=304),
            "uncached home, anonymous": replace(home, port=uncached),
            "uncached home, signed in": replace(home, port=uncached, cookies=cookies),
        }
        if not skipped:
            cases[BEHIND_NGINX] = replace(home, port=servers.enter_context(nginx(hall, city.settings.base_domain)))
        found = _rounds(cases, options)
    found_ratios = [_line(name, measured, found[HELLO]) for name, measured in found.items() if name != HELLO]
    if skipped:
        found_ratios.append(Result(BEHIND_NGINX, note=skipped, goal=GOALS[BEHIND_NGINX]))
    yardstick = Result(
        HELLO,
        "1/s",
        [each.per_second for each in found[HELLO]],
        note=f"page: {size / 1000:.0f} kB, {len(page.data) / 1000:.1f} kB gzip",
    )
    return [yardstick, *found_ratios]


def _rounds(cases: dict[str, Asked], options: Options) -> dict[str, list[Measured]]:
    """Every case in each round; nobody is on their first visit (a process that was idle for 15 s forgets everybody)."""
    found: dict[str, list[Measured]] = {name: [] for name in cases}
    for _ in range(options.rounds):
        for name, asked in cases.items():
            warm(asked)
            found[name].append(measure(asked, options.seconds))
    return found


def _line(name: str, measured: list[Measured], hello: list[Measured]) -> Result:
    speeds = [each.per_second for each in measured]
    values = ratios(speeds, [each.per_second for each in hello])
    p99 = median(each.p99 for each in measured)
    cpu = median(each.cpu for each in measured)
    by_cpu = median(ratios([each.cpu for each in hello], [each.cpu for each in measured]))
    return Result(
        name, "×", values, goal=GOALS.get(name),
        note=f"{median(speeds):,.0f}/s, p99 {p99:.1f} ms; by CPU {by_cpu:.3g} × ({cpu:,.0f} µs)",
        more={"per_second": speeds, "p99_ms": p99, "cpu_micros": cpu, "ratio_by_cpu": by_cpu},
    )  # fmt: skip
