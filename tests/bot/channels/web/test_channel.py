"""The web chat as the service sees it."""

import asyncio

import pytest

from bot.channels.contract import Answer, Failure, Outgoing, SendFailed
from bot.channels.web import WebChannel
from bot.conversation.events import Incoming


async def take(_incoming: Incoming) -> Answer:
    return Answer.TAKEN


async def keep(*_: str) -> Answer:
    return Answer.TAKEN


async def test_nothing_can_be_sent_to_a_page() -> None:
    with pytest.raises(SendFailed) as failed:
        await WebChannel("https://tucham.example").send(Outgoing("1", "x"))
    assert failed.value.failure is Failure.REJECTED


async def test_it_receives_until_it_is_stopped() -> None:
    channel = WebChannel("https://tucham.example")
    receiving = asyncio.create_task(channel.receive(take, keep))
    await asyncio.sleep(0)
    assert not receiving.done()
    await channel.stop()
    await asyncio.wait_for(receiving, 1)


def test_links_lead_to_the_page_that_joins_and_to_the_chat() -> None:
    channel = WebChannel("https://tucham.example/")
    assert channel.link("K7Q29XPM") == "https://tucham.example/moi/K7Q29XPM"
    assert channel.link("") == "https://tucham.example/chat"


def test_there_is_no_address_before_there_is_a_site() -> None:
    assert list(WebChannel("https://tucham.example").routes()) == []
