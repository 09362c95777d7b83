"""Texts of all sorts, said one after the other; each must get exactly one message in reply."""

import json
import random
from functools import partial
from pathlib import Path

from fake_bot_api.acts import Act
from fake_bot_api.people import User
from product.office import Office

DATA = Path(__file__).resolve().parents[1] / "data"
TABLES = ("percent_inputs.json", "text_inputs.json")
LONGEST = 4096
REQUESTS = (
    *("/start", "/tieptuc", "/xemlai", "/conthieu", "/diem", "/giupdo", "/nop", "/donvi", "/lichsu", "/chuanbi"),
    *("/tonghop", "/tralai", "/huy", "/khongco", "sửa 2.3.2", "sửa 9.9.9", "hoàn tác", "có", "không", "2", "?"),
)


def strange_texts(dice: random.Random, count: int) -> list[str]:
    """Requests of all sorts, and texts of the tables of odd input that a messenger would let through, shuffled."""
    rows = [row for name in TABLES for row in json.loads((DATA / name).read_text(encoding="utf-8"))]
    odd = [str(row["input"]) for row in rows if isinstance(row["input"], str)]
    texts = [*REQUESTS, *dice.choices([one for one in odd if one.strip() and len(one) <= LONGEST], k=count)]
    dice.shuffle(texts)
    return texts


async def say_all(office: Office, user: User, texts: list[str]) -> None:
    """Say one after the other; each gets exactly one message in reply."""
    said = {}
    for text in texts:
        number = user.send(text)
        said[number] = text
        await office.fake.until(partial(replies_to, office, user, number), what=f"no reply to {text!r}")
    times = {text: len(replies_to(office, user, number)) for number, text in said.items()}
    assert {text: n for text, n in times.items() if n != 1} == {}


def replies_to(office: Office, user: User, number: int) -> list[Act]:
    """The messages that followed one update of a person."""
    sent = office.fake.log.of("sendMessage")
    return [act for act in sent if act.follows == number and act.chat_id == user.id and act.done]
