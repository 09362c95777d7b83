"""Sets the product's database up through its own commands, in one process so that its imports are paid for once.

Run as: python -m bench.office UNITS; prints {"codes": [...], "criteria": {...}} as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.cli.entry import run_command

SET = "qd-3270-2020"


def tucham(*arguments: str) -> str:
    """Run one command here; return what it printed. RuntimeError when it did not end with 0."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = run_command(arguments)
    if status:
        raise RuntimeError(f"tucham {' '.join(arguments)} ended with {status}: {out.getvalue()} {err.getvalue()}")
    return out.getvalue()


def set_up(units: int) -> dict[str, Any]:
    """Units, an open cycle and one officer's code per unit."""
    codes = [f"DV{number:03d}" for number in range(units)]
    rows = [f"{code},Sở Thử nghiệm {code},STN {code},so_ban_nganh" for code in codes]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "units.csv"
        file.write_text("\n".join(["code,name,short_name,kind", *rows]) + "\n", encoding="utf-8")
        tucham("migrate")
        tucham("units", "import", str(file), "--yes")
    tucham("cycle", "open", "--criteria", SET, "--year", "2025", "--due", _far_deadline())
    invites = [json.loads(tucham("invite", "--unit", code, "--json"))["code"] for code in codes]
    return {"codes": invites, "criteria": json.loads(tucham("criteria", "show", SET, "--json"))}


def _far_deadline() -> str:
    return (datetime.now(UTC) + timedelta(days=180)).date().isoformat()  # noqa: TID251 - the edge of a test


if __name__ == "__main__":
    sys.stdout.write(json.dumps(set_up(int(sys.argv[1]))))
