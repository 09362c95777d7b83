"""What a whole form costs on a platform that counts messages: one out for one in, few enough, none too long.

Checked against: `joined` sent beside the notice as a message of its own, opening questions asked one by one.
"""

from collections.abc import AsyncIterator

import pytest
from talk.stage import LT, SDL, Stage, criteria, staged

WHO = "Nguyễn Văn An (Zalo)"
MOST, MOST_IN_BLOCKS = 45, 20
LONGEST = 2000


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    async with staged(sqlite_file_url) as opened:
        await opened.open_office(SDL, LT)
        await opened.invite("A7Q29XPM", unit="SDL")
        await opened.invite("B7Q29XPM", unit="LT")
        yield opened


async def begun(stage: Stage, code: str) -> None:
    for text in (code, "đúng", "đồng ý", "bắt đầu"):
        await stage.says(WHO, text)


def counted(stage: Stage) -> int:
    said = [message for message in stage.actor(WHO).seen if message.own]
    assert [len(one.text.encode("utf-16-le")) // 2 for one in said if len(one.text) > LONGEST] == []
    return len(said)


@pytest.mark.parametrize(("code", "opening"), [("A7Q29XPM", "1 chưa, 2 có, 3 có, 4 có"), ("B7Q29XPM", "có yêu cầu")])
async def test_a_whole_form_costs_few_messages(stage: Stage, code: str, opening: str) -> None:
    await begun(stage, code)
    await stage.says(WHO, opening)
    while missing := (await stage.active(WHO)).card.missing:
        asked = [message for message in stage.actor(WHO).seen if message.own][-1]
        assert asked.title.startswith(f"{missing[0]}. ")
        kind = criteria().criterion(missing[0]).kind
        assert len(await stage.says(WHO, "1" if kind == "choice" else "60,5")) == 1
    for text in ("nộp", "1"):
        (said,) = await stage.says(WHO, text)
    assert "QB-2025-001" in said.text
    assert counted(stage) <= MOST


async def test_in_blocks_it_costs_a_third(stage: Stage) -> None:
    await begun(stage, "A7Q29XPM")
    await stage.says(WHO, "1 chưa, 2 có, 3 có, 4 có")
    await stage.says(WHO, "nhiều câu")
    while (await stage.active(WHO)).card.missing:
        asked = [message for message in stage.actor(WHO).seen if message.own][-1]
        ids = [line.split(". ")[0] for line in asked.text.splitlines() if line[:1].isdigit() and ". " in line]
        said = [one for one in ids if one in (await stage.active(WHO)).card.missing]
        assert said, asked.text
        answers = [f"{one} {'1' if criteria().criterion(one).kind == 'choice' else '60,5%'}" for one in said]
        await stage.says(WHO, "\n".join(answers))
        await stage.says(WHO, "1")
    for text in ("nộp", "1"):
        (told,) = await stage.says(WHO, text)
    assert "QB-2025-001" in told.text
    assert counted(stage) <= MOST_IN_BLOCKS


async def test_the_code_of_a_notice_to_whoever_caused_it_is_kept_beside_their_card(stage: Stage) -> None:
    """Checked against: the card's codes put over those that stood there when the turn began."""
    await stage.invite("R7Q29XPM", "reviewer")
    await begun(stage, "B7Q29XPM")
    for text in ("/start R7Q29XPM", "1", "/tieptuc", "có yêu cầu"):
        await stage.says(WHO, text)
    while missing := (await stage.active(WHO)).card.missing:
        await stage.says(WHO, "1" if criteria().criterion(missing[0]).kind == "choice" else "60,5")
    for text in ("nộp", "1"):
        await stage.says(WHO, text)
    (shown,) = await stage.says(WHO, "T1")
    assert "Trả lại" in shown.text
