"""One round: one candidate started, joined, put under load, asked alone, stopped and checked."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from bench.candidates import LAUNCH, SECRET, Launch, Mode, Setting, stored_answers
from bench.crowd import Crowd, Officer
from bench.http_wire import Posts
from bench.lean_api import LeanApi

START_S, WORK_S, STOP_S = 30.0, 60.0, 15.0
SETTLE_S = 0.2
"""How long what goes on behind an answer is given to end, before and after the load."""
CORES = sorted(os.sched_getaffinity(0))
FIRST_CHAT = 500_000_001


@dataclass(frozen=True, slots=True)
class Measures:
    """What one round found. Times in ms unless named otherwise; `driver_load` is the bench's own share of its core."""

    candidate: str
    mode: str
    answers: int
    answers_per_s: float
    cpu_s_per_1000: float
    p50_ms: float
    p99_ms: float
    alone_p50_ms: float
    calls_per_press: float
    calls_per_answer: float
    peak_mib: float
    driver_load: float
    calls: dict[str, int]
    first_answer_s: float = 0.0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What the loaded phase found; times in seconds."""

    seconds: float
    cpu: float
    driver_cpu: float
    calls: Counter[str]
    waits: list[float]
    pressed: int


async def run_round(candidate: str, mode: Mode, setting: Setting) -> Measures:
    """Run one candidate once; the last of the setting's officers is the one asked alone."""
    crowd = Crowd()
    api = LeanApi(crowd.look)
    for number, code in enumerate(setting.codes):
        chat = FIRST_CHAT + number
        crowd.officers[chat] = Officer(chat, code, setting.plan(number), api, crowd.settled)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        launch = LAUNCH[candidate](setting, home, mode, await api.open())
        began = time.perf_counter()
        process = await _start(launch, home)
        try:
            first_answer_s = await _join(crowd, api, launch, mode) - began
            measures = await _measure(candidate, mode, crowd, api, process.pid)
            await _stop(process)
        except BaseException as error:
            tail = (home / "log").read_text(encoding="utf-8", errors="replace")[-3000:]
            error.add_note(f"{candidate}, {mode}; its log ends with:\n{tail}")
            raise
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            await api.close()
        given = sum(len(officer.given) for officer in crowd.officers.values())
        return replace(measures, first_answer_s=first_answer_s, lost=given - stored_answers(home))


async def _start(launch: Launch, home: Path) -> asyncio.subprocess.Process:
    with (home / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *launch.command, cwd=home, env=launch.env, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )
    if len(CORES) > 1:
        os.sched_setaffinity(process.pid, CORES[:1])
    return process


def keep_apart() -> None:
    """Move the bench off the core on which candidates run, where there is another."""
    if len(CORES) > 1:
        os.sched_setaffinity(0, CORES[1:2])


async def _stop(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(STOP_S):
        await process.wait()


async def _join(crowd: Crowd, api: LeanApi, launch: Launch, mode: Mode) -> float:
    """Let everybody join and stand before the first question; return when the first of all answers came."""
    first, *others = crowd.officers.values()
    if mode == "webhook":
        api.posts = Posts(launch.port, launch.webhook_path, SECRET)
        await api.posts.open(START_S)
    await crowd.settle([first], Officer.join, START_S)
    await crowd.settle(others, Officer.join, START_S)
    assert first.first_screen_at is not None
    return first.first_screen_at


async def _measure(candidate: str, mode: Mode, crowd: Crowd, api: LeanApi, pid: int) -> Measures:
    *many, alone = crowd.officers.values()
    load = await _under_load(crowd, api, many, pid)
    await crowd.settle([alone], Officer.go, WORK_S)
    cuts = statistics.quantiles(load.waits, n=100, method="inclusive")
    answers = len(load.waits)
    return Measures(
        candidate=candidate,
        mode=mode,
        answers=answers,
        answers_per_s=answers / load.seconds,
        cpu_s_per_1000=load.cpu / answers * 1000,
        p50_ms=cuts[49] * 1000,
        p99_ms=cuts[98] * 1000,
        alone_p50_ms=statistics.median(alone.waits) * 1000,
        calls_per_press=(load.calls["answerCallbackQuery"] + load.calls["editMessageText"]) / load.pressed,
        calls_per_answer=load.calls.total() / answers,
        peak_mib=peak_mib(pid),
        driver_load=load.driver_cpu / load.seconds,
        calls=dict(load.calls),
    )


async def _under_load(crowd: Crowd, api: LeanApi, officers: list[Officer], pid: int) -> Load:
    """Let all officers answer everything at once."""
    await asyncio.sleep(SETTLE_S)
    api.calls.clear()
    gc.collect()
    gc.disable()  # pauses of the bench's own must not be taken for the candidate's
    cpu, own, began = cpu_seconds(pid), time.process_time(), time.perf_counter()
    try:
        await crowd.settle(officers, Officer.go, WORK_S)
    finally:
        gc.enable()
    seconds, own = time.perf_counter() - began, time.process_time() - own
    await asyncio.sleep(SETTLE_S)  # what is stored a moment later is part of the price
    waits = [wait for officer in officers for wait in officer.waits]
    pressed = sum(officer.pressed for officer in officers)
    return Load(seconds, cpu_seconds(pid) - cpu, own, Counter(api.calls), waits, pressed)


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used so far, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib(pid: int) -> float:
    """The most memory a process has held so far."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
