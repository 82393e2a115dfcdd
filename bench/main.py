"""Measures what the speed claims rest on:  bench/run [--rounds 5] [--seconds 3] [pages claims quiz live publishing zones members employers casework policies roster broadcast issuing fairness start]"""

import argparse
from pathlib import Path

from bench.cases import (
    broadcast,
    casework,
    claims,
    employers,
    fairness,
    issuing,
    live,
    members,
    pages,
    policies,
    publishing,
    quiz,
    roster,
    start,
    zones,
)
from bench.harness.city import bench_city
from bench.harness.load import CLIENT_NAME
from bench.harness.options import Options
from bench.harness.results import Result, show, write

PARTS = {
    part.__name__.rpartition(".")[2]: part
    for part in (
        pages,
        claims,
        quiz,
        live,
        publishing,
        policies,
        zones,
        members,
        employers,
        casework,
        roster,
        broadcast,
        issuing,
        fairness,
        start,
    )
}
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="what to measure (default: everything)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each case is measured, in alternation")
    parser.add_argument("--seconds", type=float, default=3, help="how long each measurement lasts")
    parser.add_argument("--members", type=int, default=1_000_000, help="how many members the database holds")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where the results go")
    arguments = parser.parse_args()
    options = Options(arguments.rounds, arguments.seconds, arguments.members)
    results: list[Result] = []
    try:
        with bench_city() as city:
            for name in arguments.parts or PARTS:
                print(f"{name}: {(PARTS[name].__doc__ or '').splitlines()[0]}", flush=True)
                results += PARTS[name].run(city, options)
    finally:
        show(results)
        write(results, arguments.json, CLIENT_NAME)
    print(f"\nClient: {CLIENT_NAME}. Results: {arguments.json}")


if __name__ == "__main__":
    main()
