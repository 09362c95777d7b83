"""aiogram's models wait until they are used, and then are what they always were."""

import subprocess
import sys

FRESH = """
import bot.channels.telegram
import aiogram.methods, aiogram.types
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from pydantic import BaseModel

types = [one for one in vars(aiogram.types).values() if isinstance(one, type) and issubclass(one, BaseModel)]
built = [one.__name__ for one in types if one.__pydantic_complete__]
assert len(types) > 300, len(types)
assert "Update" in built
assert len(built) < 20, built

keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]])
sent = aiogram.methods.SendMessage(chat_id=1, text="x", reply_markup=keyboard)
assert sent.reply_markup.inline_keyboard[0][0].callback_data == "b"
said = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
answer = aiogram.methods.base.Response[Message].model_validate({"ok": True, "result": said})
assert answer.result.chat.id == 1
assert BaseModel.model_rebuild.__func__.__module__ == "pydantic.main"
"""


def test_in_a_fresh_process_models_are_built_when_they_are_used() -> None:
    done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
