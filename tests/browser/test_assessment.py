"""The main job in a browser: from the invite to the receipt by touch, while the office's board shows it."""

import re
from fractions import Fraction

import pytest
from browsing.officer import is_receipt, is_review
from browsing.place import Place
from officer.plan import RandomPlan

pytestmark = pytest.mark.asyncio(loop_scope="session")
TOTAL = re.compile(r"Tổng điểm tự chấm ([0-9,]+)/100")


def number(shown: str) -> Fraction:
    """A number with a decimal comma."""
    return Fraction(shown.replace(",", "."))


async def test_by_touch(place: Place) -> None:
    o = await place.officer("STC", 11)
    await o.walk(is_review)
    await o.press("Nộp kết quả")
    await o.walk(is_receipt)
    print(o.card)
