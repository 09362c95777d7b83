"""Every message also reads in a chat without buttons: nothing to press is spoken of, and most fit into one message.

Checked against: a hint that says "bấm" whatever the chat.
"""

import re

import pytest

from messages.render import Renderer
from messages.samples import Sample

PRESSING = re.compile(r"\b(bấm|nút)\b", re.IGNORECASE)
ABOUT_OTHER_CHATS = frozenset({"sign_in_link", "sign_in_made", "broadcast_preview"})


def samples(renderer: Renderer) -> list[tuple[str, Sample]]:
    return [(name, sample) for name in renderer.templates() for sample in renderer.sample(name)]


def test_no_message_of_a_plain_chat_speaks_of_buttons(renderer: Renderer) -> None:
    told = {
        f"{name}: {sample.when}": renderer.render(name, sample.data, plain=True)
        for name, sample in samples(renderer)
        if name not in ABOUT_OTHER_CHATS
    }
    assert {when: PRESSING.findall(text) for when, text in told.items() if PRESSING.search(text)} == {}


@pytest.mark.parametrize("template", ["question", "confirm_reading", "numerator", "opening", "openings", "ground"])
def test_a_question_fits_into_one_message(renderer: Renderer, template: str) -> None:
    for sample in renderer.sample(template):
        assert len(re.sub(r"<[^>]+>", "", renderer.render(template, sample.data, plain=True))) < 1800, sample.when
