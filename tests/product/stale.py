"""Buttons from the past: every button that was ever shown, pressed again when its time is over."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

from fake_bot_api.chats import Chat
from fake_bot_api.markup import Button
from fake_bot_api.people import User
from fake_bot_api.press import Press
from product.office import Office

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789:./-_"
AT_ONCE = 10


def past_buttons(chat: Chat) -> list[Button]:
    """Every button a chat ever had, without those that can do something now."""
    live = {button.data for button in chat.live_buttons()}
    shown = {button.data: button for one in chat.shown for button in one.buttons if button.data not in live}
    return [button for button in shown.values() if button.data]


def forged(dice: random.Random, button: Button) -> Button:
    """The button with one character of its payload changed, lost, doubled or added."""
    data = button.data or "x"
    at = dice.randrange(len(data))
    middle = dice.choice(["", data[at] * 2, dice.choice(LETTERS), dice.choice(LETTERS) + data[at]])
    return replace(button, data=(data[:at] + middle + data[at + 1 :])[:64] or "x")


async def press_all(office: Office, user: User, buttons: Sequence[Button], dice: random.Random) -> list[Press]:
    """Press them, a few at a time, some on messages too old to be shown; every press must be answered."""
    pressed: list[Press] = []
    for start in range(0, len(buttons), AT_ONCE):
        batch = [
            user.press(here, inaccessible=dice.random() < 0.2) for here in at_home(user, buttons[start:][:AT_ONCE])
        ]
        await asyncio.gather(*(press.answered() for press in batch))
        pressed += batch
    await office.fake.until(lambda: not office.fake.updates.pending, what="updates are left")
    return pressed


def at_home(user: User, buttons: Sequence[Button]) -> list[Button]:
    """The same payloads, as somebody else's client could send them from their own chat."""
    last = user.chat.from_bot()[-1]
    return [one if one.chat_id == user.id else replace(one, chat_id=user.id, message_id=last.id) for one in buttons]
