"""`make bench`: the product against a bare bot, on this machine, in interleaved rounds. Only the ratios travel.

Run as: PYTHONPATH=tests python -m bench [--mode polling|webhook] [--rounds N] [--json FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.candidates import LAUNCH, Mode, prepare
from bench.report import as_json, figures, table
from bench.rounds import Measures, keep_apart, run_round

MODES: tuple[Mode, ...] = ("polling", "webhook")


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="The product against a bare bot.")
    parser.add_argument("--mode", choices=MODES, action="append", help="default: both")
    parser.add_argument("--rounds", type=int, default=3, help="of each candidate and mode (default 3)")
    parser.add_argument("--officers", type=int, default=30, help="at once (default 30)")
    parser.add_argument(
        "--json", type=Path, default=Path("var/bench.json"), help="every round (default var/bench.json)"
    )
    return parser.parse_args()


async def run_all(modes: Sequence[Mode], rounds: int, officers: int) -> list[Measures]:
    """Set up once, then run round by round, the order of candidates changing each time."""
    keep_apart()
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        setting = await prepare(Path(folder), officers + 1)
        for number in range(rounds):
            for mode in modes:
                for candidate in sorted(LAUNCH, reverse=number % 2 == 0):
                    one = await run_round(candidate, mode, setting)
                    found.append(one)
                    tell(f"round {number + 1}, {mode}, {candidate}: {one.answers_per_s:.0f} answers/s, {one.lost} lost")
    return found


def tell(text: str) -> None:
    """Print at once, so that a slow run is seen to go on."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run, tell, and return 1 when an answer was lost; a missed target is marked but fails nothing."""
    asked = arguments()
    modes = asked.mode or MODES
    found = asyncio.run(run_all(modes, asked.rounds, asked.officers))
    told = {mode: figures(found, mode) for mode in modes}
    tell(table(told))
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(as_json(told, found), indent=1) + "\n", encoding="utf-8")
    lost = sum(one.lost for one in found)
    tell(f"\nanswers lost: {lost}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
