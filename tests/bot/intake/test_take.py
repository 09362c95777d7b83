"""One thing somebody did is one transaction: taken whole, taken once, or not at all.

Checked once against: update keys that are not looked at, `StoreUnavailable` treated as a bug, an apology whose failure
is not caught, an error kept with its text: each made one of these fail.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from product_store.set_aside import set_aside
from sqlalchemy import Connection, text
from talk.stage import SDL, Clock, Stage, criteria, renderer, sqlite_of
from talk.watch import answers_of

from bot.conversation.events import Blocked, Incoming, Moved, Pressed, Typed
from bot.intake.answer import Answer
from bot.intake.post import Pen
from bot.intake.refill import refill
from messages.errors import MessageBroken
from scoring.answers import ChosenOption
from storage import chats
from storage.board import board_rows
from storage.errors import StoreFailed, StoreUnavailable
from storage.rows import PoisonRow
from storage.store import Store

P = ParamSpec("P")
T = TypeVar("T")
SECRET = "câu trả lời riêng tư 0912345678"


class BrokenRenderer:
    """Templates that fail, as one with a bug does."""

    def __init__(self, *broken: str) -> None:
        self.broken = set(broken)

    def render(self, template: str, data: Mapping[str, object]) -> str:
        if template in self.broken:
            raise MessageBroken(f"template {template}: {data}")
        return renderer().render(template, data)

    def label(self, name: str, args: Mapping[str, object]) -> str:
        return renderer().label(name, args)


@contextmanager
def breaking(stage: Stage, *templates: str) -> Iterator[None]:
    """The same stage with templates that fail."""
    before = stage.intake
    broken: Any = BrokenRenderer(*templates)
    stage.pen = replace(stage.pen, renderer=broken)
    stage.intake = stage.door()
    yield
    stage.pen = Pen(renderer(), "stage")
    stage.intake = before


async def everything(stage: Stage, *but: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    return await stage.store.run(_everything, but)


def _everything(conn: Connection, but: tuple[str, ...]) -> dict[str, list[tuple[Any, ...]]]:
    names = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    return {
        name: sorted((tuple(row) for row in conn.execute(text(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608
        for name in names
        if name not in but
    }


async def poison(stage: Stage) -> tuple[PoisonRow, ...]:
    return await stage.store.run(set_aside)


async def test_a_template_that_fails_leaves_nothing_half_saved(joined: Stage) -> None:
    before = await everything(joined, "updates", "outbox", "chats")
    with breaking(joined, "question"):
        (apology,) = await joined.says("An", "có")
    assert apology.text == renderer().render("apology", {})
    assert await everything(joined, "updates", "outbox", "chats") == before
    (kept,) = await poison(joined)
    assert (kept.channel, kept.key) == ("telegram", str(joined.updates))
    (again,) = await joined.says("An", "có")
    assert again.title.startswith("1.2.1.")
    assert answers_of(await joined.assessment("SDL")) == {"1.1": ChosenOption("yes")}
    assert await joined.differences() == ()


async def test_poison_is_apologised_for_once_however_often_it_comes(joined: Stage) -> None:
    with breaking(joined, "question"):
        first = await joined.does("An", Typed("có"), key="bad")
        assert joined.outcome.answer is Answer.TAKEN
        second = await joined.does("An", Typed("có"), key="bad")
        assert joined.outcome.answer is Answer.TAKEN
    assert (len(first), second) == (1, [])
    assert await joined.does("An", Typed("có"), key="bad") == []
    assert len(await poison(joined)) == 1


async def test_poison_keeps_no_word_that_somebody_wrote(joined: Stage, caplog: pytest.LogCaptureFixture) -> None:
    with breaking(joined, "question"):
        await joined.says("An", SECRET)
    (kept,) = await poison(joined)
    assert kept.error is not None
    assert "MessageBroken" in kept.error
    assert SECRET not in f"{kept}{caplog.text}"
    assert json.loads(kept.raw or "") == {"event": "Typed", "chat_kind": "private"}


async def test_where_even_the_apology_fails_the_poison_is_kept(joined: Stage) -> None:
    with breaking(joined, "question", "apology"):
        assert await joined.says("An", "có") == []
        assert joined.outcome.answer is Answer.TAKEN
    assert len(await poison(joined)) == 1


async def test_a_notice_that_fails_takes_the_whole_turn_back(stage: Stage) -> None:
    await stage.invite("R7Q29XPM", "reviewer")
    await stage.joins("Giang", "R7Q29XPM")
    await stage.joins("An", "K7Q29XPM")
    while missing := (await stage.assessment("SDL")).card.missing:
        await stage.says("An", f"sửa {missing[0]}")
        await stage.says("An", "1" if criteria().criterion(missing[0]).options else "90%")
    await stage.says("An", "/nop")
    with breaking(stage, "summary"):
        await stage.presses("An", "Xác nhận nộp")
    assert (await stage.assessment("SDL")).state == "open"
    assert await stage.notices() == []
    await stage.says("An", "/nop")
    (receipt,) = await stage.presses("An", "Xác nhận nộp")
    assert "QB-2025-001" in receipt.text  # the number was not used up either


async def test_the_same_update_twice_has_no_second_effect(joined: Stage) -> None:
    press = Pressed(joined.actors["An"].seen[-1].payload("Có ban hành · 2 điểm"))
    assert len(await joined.does("An", press, key="k")) == 1
    before = await everything(joined)
    assert await joined.does("An", press, key="k") == []
    assert joined.outcome.answer is Answer.TAKEN
    assert await everything(joined) == before


async def test_the_same_key_of_another_bot_is_another_update(joined: Stage) -> None:
    joined.own.clear()
    for bot in ("1", "2"):
        await joined.intake.take(Incoming("telegram", bot, "same", joined.actors["An"].address, Typed("/diem")))
    assert len(joined.own) == 2


class Unavailable(Store):
    """A store whose database is away whenever `away` says so, one entry for each unit."""

    error: type[Exception] = StoreUnavailable

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.away: list[bool] = []

    async def run(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.away and self.away.pop(0):
            raise self.error("away")
        return await super().run(unit, *args, **kwargs)


@pytest.fixture
async def unsteady(sqlite_file_url: str) -> AsyncIterator[tuple[Stage, Unavailable]]:
    """An office on a store that can be made to fail."""
    store = Unavailable(sqlite_file_url)
    await store.open()
    stage = Stage(store)
    await stage.open_office(SDL)
    await stage.invite("K7Q29XPM", "officer", "SDL")
    yield stage, store
    await store.close()


@pytest.mark.parametrize("error", [StoreUnavailable, StoreFailed])
async def test_a_database_that_is_away_leaves_the_update_for_later(
    unsteady: tuple[Stage, Unavailable], error: type[Exception]
) -> None:
    stage, store = unsteady
    before = await everything(stage)
    store.error, store.away = error, [True]
    assert await stage.does("An", Typed("K7Q29XPM"), key="k") == []
    assert stage.outcome.answer is Answer.UNAVAILABLE
    assert await everything(stage) == before
    (answered,) = await stage.does("An", Typed("K7Q29XPM"), key="k")  # the platform brings it again
    assert "Sở Du lịch" in answered.text


async def test_a_database_that_goes_away_before_the_apology_leaves_the_update_too(
    unsteady: tuple[Stage, Unavailable],
) -> None:
    stage, store = unsteady
    with breaking(stage, "welcome"):
        store.away = [False, True]
        await stage.does("An", Typed("chào"), key="k")
        assert stage.outcome.answer is Answer.UNAVAILABLE
        assert await poison(stage) == ()
        await stage.does("An", Typed("chào"), key="k")
    assert len(await poison(stage)) == 1


async def test_what_cannot_be_decoded_is_kept_once_and_confirmed(stage: Stage) -> None:
    for _ in range(2):
        assert await stage.intake.keep_poison("telegram", "1", "u1", "bad json", "{") is Answer.TAKEN
    (kept,) = await poison(stage)
    assert (kept.key, kept.error, kept.raw) == ("u1", "bad json", "{")


class Twice(Store):
    """A store whose every unit runs twice, the first time in vain, as after a lost connection."""

    async def run(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        def vain(conn: Connection) -> None:
            attempt = conn.begin_nested()
            unit(conn, *args, **kwargs)
            attempt.rollback()

        await super().run(vain)
        return await super().run(unit, *args, **kwargs)


async def test_a_unit_that_runs_twice_does_what_one_that_runs_once_does(tmp_path: Path, sqlite_template: Path) -> None:
    stored = []
    for kind in (Store, Twice):
        copy = tmp_path / kind.__name__
        await asyncio.to_thread(partial(shutil.copy, sqlite_template, copy))
        store = kind(sqlite_of(copy))
        await store.open()
        try:
            stage = Stage(store, Clock())
            await a_talk(stage)
            stored.append((await everything(stage), [one.text for one in stage.actors["An"].seen]))
        finally:
            await store.close()
    assert stored[0] == stored[1]


async def a_talk(stage: Stage) -> None:
    await stage.open_office(SDL)
    await stage.invite("K7Q29XPM", "officer", "SDL")
    await stage.says("An", "Z7Q29XPM")
    await stage.joins("An", "K7Q29XPM")
    for said in ("sửa 1.1", "có", "hoàn tác", "sửa 2.1.1", "0,85", "sửa 2.7", "không áp dụng", "Sở không có thanh tra"):
        await stage.says("An", said)
    for said in ("sửa 1.3", "minh chứng", "Quyết định 45/QĐ-SDL", "ghi chú", "Đang rà soát", "/nop", "/donvi"):
        await stage.says("An", said)


async def test_a_stopped_chat_is_noted_and_a_group_that_moved_is_followed(stage: Stage) -> None:
    await stage.says("An", "chào")
    address = stage.actors["An"].address
    assert await stage.does("An", Blocked(True)) == []
    assert (await stage.store.run(chats.look, "telegram", address)) is not None
    assert await stage.does("An", Moved("-100200")) == []
    assert (await stage.store.run(chats.look, "telegram", "-100200")) is not None


async def test_lines_missing_from_an_older_time_are_filled_in_once(joined: Stage) -> None:
    await joined.says("An", "có")
    kept = await joined.store.read(board_rows, 1)

    def forget(conn: Connection) -> None:
        conn.execute(text("UPDATE assessments SET lines = '{}'"))

    await joined.store.run(forget)
    assert await joined.store.read(board_rows, 1) != kept
    assert await joined.store.run(refill) == 1
    assert await joined.store.read(board_rows, 1) == kept
    assert await joined.store.run(refill) == 0
