"""The webhook: who knows the secret may bring an event, and hears 200 only after it was stored."""

from __future__ import annotations

from aiohttp import web

from bot.channels.contract import Answer
from bot.channels.hook import Hook
from bot.channels.lanes import Lanes
from bot.channels.spelling import unspell
from bot.channels.zalo_bot.decoding import lane_of
from bot.channels.zalo_bot.reception import Reception

PATH = "/zalo-bot/webhook"
SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class Webhook:
    """Answers the platform's posts while it is open: one chat in order, chats side by side."""

    def __init__(self, secret: str, parallel: int) -> None:
        self._hook = Hook(SECRET_HEADER, secret)
        self._lanes = Lanes(parallel)

    async def run(self, reception: Reception, drain: float) -> None:
        """Be open until `stop`, then let posts under way finish, at most `drain` seconds."""
        await self._hook.run(lambda body: self._admit(reception, body), drain)

    def stop(self) -> None:
        """Answer new posts with 503 from now on."""
        self._hook.stop()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one post: 401 without the secret, 413 when too long, 503 when not stored, else 200."""
        return await self._hook.answer(request)

    async def _admit(self, reception: Reception, body: bytes) -> web.Response:
        if not body.strip():  # the console looks whether anybody is there
            return web.Response(status=200)
        try:
            raw = unspell(body)
        except (ValueError, RecursionError) as error:
            return _told(await reception.aside.keep_body(body, error))
        return _told(await self._lanes.run(lane_of(raw), lambda: reception.admit(raw)))


def _told(answer: Answer) -> web.Response:
    return web.Response(status=200 if answer is Answer.TAKEN else 503)
