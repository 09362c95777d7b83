"""A season in which the criteria are issued anew: two units with an officer each, and what is done again and again."""

from __future__ import annotations

from amended_sets.texts import Change, issued_anew
from sqlalchemy import Connection
from talk.stage import LT, SDL, SYT, Stage

from bot.conversation.office_events import AmendCycle
from bot.intake.take import Outcome
from scoring.library import digest

REVIEWER = "Giang"


async def peopled(stage: Stage) -> Stage:
    await stage.open_office(SDL, LT, SYT)
    await stage.invite("B7Q29XPM", "officer", "LT")
    await stage.invite("R7Q29XPM", "reviewer")
    await stage.joins("An", "K7Q29XPM")
    await stage.joins("Bình", "B7Q29XPM")
    await stage.joins(REVIEWER, "R7Q29XPM")
    await stage.notices()
    return stage


async def amend(stage: Stage, *changes: Change, text: str = "") -> Outcome:
    written = text or issued_anew(*changes)
    return await stage.office(AmendCycle("anew", digest(written), "Sửa Phụ lục"), set_text=written)


async def answer(stage: Stage, who: str, **answers: str) -> None:
    for criterion, text in answers.items():
        await stage.says(who, f"sửa {criterion[1:].replace('_', '.')}")
        await stage.says(who, text)


async def answer_all(stage: Stage, who: str, unit: str) -> None:
    while missing := (await stage.assessment(unit)).card.missing:
        leaf = (await stage.assessment(unit)).criteria.criterion(missing[0])
        await stage.says(who, f"sửa {leaf.id}")
        await stage.says(who, "1" if leaf.options else "35%")


async def hand_in(stage: Stage, who: str, unit: str) -> None:
    await answer_all(stage, who, unit)
    await stage.says(who, "/nop")
    await stage.presses(who, "Xác nhận nộp")
    await stage.notices()


def poisoned(conn: Connection) -> int:
    found = conn.exec_driver_sql("SELECT count(*) FROM updates WHERE error IS NOT NULL")
    return int(found.scalar_one())
