"""Every model of aiogram can be built after our import of it, and all are where somebody else imported it first."""

import subprocess
import sys

import pytest

ALL = """
import bot.channels.telegram
import aiogram.methods, aiogram.types
from pydantic import BaseModel

for module in (aiogram.types, aiogram.methods):
    for one in vars(module).values():
        if isinstance(one, type) and issubclass(one, BaseModel):
            one.model_rebuild()
            assert one.__pydantic_complete__, one
"""
BEFORE = "import aiogram.types as types, bot.channels.telegram; assert types.Animation.__pydantic_complete__"


@pytest.mark.slow
@pytest.mark.parametrize("program", [ALL, BEFORE], ids=["all", "before"])
def test_every_model_can_be_built(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
