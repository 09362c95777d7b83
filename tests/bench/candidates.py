"""What is compared: how each candidate is set up, started and asked what it has stored."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import socket
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.crowd import Plan
from bench.lean_api import TOKEN
from officer.plan import criteria_of

ROOT = Path(__file__).resolve().parents[2]
SECRET = "bench-webhook-secret-0001"
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
Mode = Literal["polling", "webhook"]


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start one candidate for one round."""

    command: Sequence[str]
    env: Mapping[str, str]
    webhook_path: str
    port: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A criterion as far as a plan needs it; `options` is 0 where a percentage is typed."""

    id: str
    options: int
    decides_others: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What every round starts from: a database with units, a cycle and invites, and the questions that are asked."""

    database: Path
    questions: Path
    codes: tuple[str, ...]
    leaves: tuple[Leaf, ...]

    def plan(self, seed: int) -> Plan:
        """What an officer answers, no two alike. Criteria on which others depend get their first option, "yes", so
        that everybody is asked everything."""
        dice = random.Random(seed)
        return {
            leaf.id: (0 if leaf.decides_others else dice.randrange(leaf.options))
            if leaf.options
            else f"{dice.randint(1000, 9999) / 100:.2f}%".replace(".", ",")
            for leaf in self.leaves
        }


async def prepare(folder: Path, officers: int) -> Setting:
    """Set the product up once, with its own commands."""
    database, questions = folder / "prepared.db", folder / "questions.json"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.office", str(officers)),
        cwd=folder,
        env=_env(TUCHAM_DATABASE_URL=f"sqlite:///{database}"),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the product could not be set up")
    told = json.loads(out)
    leaves = criteria_of(told["criteria"])
    questions.write_text(json.dumps([_question(leaf) for leaf in leaves]), encoding="utf-8")
    deciding = {leaf["depends_on"]["on"] for leaf in leaves if leaf.get("depends_on")}
    plain = tuple(Leaf(leaf["id"], len(leaf["options"]), leaf["id"] in deciding) for leaf in leaves)
    return Setting(database, questions, tuple(told["codes"]), plain)


def _question(leaf: Mapping[str, Any]) -> dict[str, Any]:
    labels = [str(one.get("printed") or one.get("label") or one["id"]) for one in leaf["options"]]
    title = str(leaf.get("display_title") or leaf["id"])
    return {"id": leaf["id"], "title": title, "question": str(leaf.get("question") or ""), "options": labels}


def launch_thin(setting: Setting, home: Path, mode: Mode, base: str) -> Launch:
    """The bare bot."""
    port = free_port()
    script = str(Path(__file__).with_name("thin.py"))
    told = (mode, base, TOKEN, str(setting.questions), str(home / "bench.db"), str(port))
    return Launch((sys.executable, script, *told), _env(), "/webhook", port)


def launch_product(setting: Setting, home: Path, mode: Mode, base: str) -> Launch:
    """The real service with everything on."""
    port = free_port()
    database = home / "bench.db"
    shutil.copy(setting.database, database)
    env = {
        "TUCHAM_DATABASE_URL": f"sqlite:///{database}",
        "TUCHAM_TELEGRAM_TOKEN": TOKEN,
        "TUCHAM_TELEGRAM_API_BASE": base,
        "TUCHAM_TELEGRAM_MODE": mode,
        "TUCHAM_LISTEN": f"127.0.0.1:{port}",
    }
    if mode == "webhook":
        env |= {"TUCHAM_TELEGRAM_WEBHOOK_SECRET": SECRET, "TUCHAM_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    return Launch((sys.executable, "-m", "bot", "run"), _env(**env), "/telegram/webhook", port)


LAUNCH = {"thin": launch_thin, "product": launch_product}


def stored_answers(home: Path) -> int:
    """How many answers stand in a candidate's database; both call their table the same."""
    with closing(sqlite3.connect(home / "bench.db")) as db:
        return int(db.execute("SELECT count(*) FROM answers").fetchone()[0])


def free_port() -> int:
    """A port nobody listens on just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _env(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    return {**kept, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", **more}
