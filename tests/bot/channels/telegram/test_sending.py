"""What goes over the wire for a message, and what an answer means for it."""

from __future__ import annotations

import logging

import pytest
from fake_bot_api.chats import Chat
from fake_bot_api.faults import FaultKind
from fake_bot_api.people import User
from fake_bot_api.server import FakeBotApi

from bot.channels.contract import Failure, Outgoing, SendFailed, ShownButton
from bot.channels.telegram import TelegramChannel

ROWS = ((ShownButton("Có (1đ)", "a|1.1|1"), ShownButton("Không", "a|1.1|0")), (ShownButton("Bỏ qua", "s|1.1"),))


@pytest.fixture
def lan(api: FakeBotApi) -> User:
    """A person the bot may write to."""
    user = api.user()
    user.chat.started = True
    return user


def to(user: User, html: str = "<b>1.1</b> Câu hỏi", **more: object) -> Outgoing:
    return Outgoing(str(user.id), html, **more)  # type: ignore[arg-type]


async def errands_done(channel: TelegramChannel) -> None:
    """Wait for the calls that nobody waits for."""
    await channel._errands.finish(5)


async def failure_of(channel: TelegramChannel, outgoing: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(outgoing)
    return caught.value


def standing(chat: Chat) -> list[str]:
    return [message.html for message in chat.from_bot()]


async def test_a_message_is_sent_with_its_buttons(api: FakeBotApi, channel: TelegramChannel, lan: User) -> None:
    sent = await channel.send(to(lan, rows=ROWS))
    (message,) = lan.chat.from_bot()
    assert sent.message_id == str(message.id)
    assert message.html == "<b>1.1</b> Câu hỏi"
    assert message.buttons == [[("Có (1đ)", "a|1.1|1"), ("Không", "a|1.1|0")], [("Bỏ qua", "s|1.1")]]
    (act,) = api.log.of("sendMessage")
    assert act.params["link_preview_options"] == {"is_disabled": True}


async def test_a_card_is_edited_in_place(api: FakeBotApi, channel: TelegramChannel, lan: User) -> None:
    first = await channel.send(to(lan, rows=ROWS))
    second = await channel.send(to(lan, "<b>1.2</b>", edit=first.message_id))
    assert second == first
    assert standing(lan.chat) == ["<b>1.2</b>"]
    assert lan.chat.from_bot()[0].buttons == []
    assert [act.method for act in api.acts] == ["sendMessage", "editMessageText"]


async def test_an_edit_that_changes_nothing_is_a_success(channel: TelegramChannel, lan: User) -> None:
    first = await channel.send(to(lan, rows=ROWS))
    assert await channel.send(to(lan, rows=ROWS, edit=first.message_id)) == first


@pytest.mark.parametrize("edit", ["999999", "not-a-number"])
async def test_a_card_that_is_gone_is_sent_anew(channel: TelegramChannel, lan: User, edit: str) -> None:
    sent = await channel.send(to(lan, edit=edit))
    assert sent.message_id not in {None, edit}
    assert len(standing(lan.chat)) == 1


async def test_the_old_card_loses_its_buttons_after_the_new_one_stands(
    api: FakeBotApi, channel: TelegramChannel, lan: User
) -> None:
    old = await channel.send(to(lan, rows=ROWS))
    await channel.send(to(lan, "<b>1.2</b>", rows=ROWS, retire=old.message_id))
    await api.until(lambda: not lan.chat.from_bot()[0].buttons)
    assert [act.method for act in api.acts] == ["sendMessage", "sendMessage", "editMessageReplyMarkup"]
    assert lan.chat.from_bot()[1].buttons


async def test_an_old_card_that_is_gone_disturbs_nobody(api: FakeBotApi, channel: TelegramChannel, lan: User) -> None:
    await channel.send(to(lan, retire="999999"))
    await api.until(lambda: api.log.refused(400))


async def test_a_text_too_long_goes_out_in_parts_with_the_buttons_last(channel: TelegramChannel, lan: User) -> None:
    html = "\n".join(f"{n}. <b>Tiêu chí</b> &amp; điểm" for n in range(400))
    sent = await channel.send(to(lan, html, rows=ROWS))
    messages = lan.chat.from_bot()
    assert "\n".join(message.html for message in messages) == html
    assert [bool(message.buttons) for message in messages] == [False] * (len(messages) - 1) + [True]
    assert sent.message_id == str(messages[-1].id)


async def test_a_part_that_fails_makes_the_whole_uncertain(
    api: FakeBotApi, channel: TelegramChannel, lan: User
) -> None:
    api.faults.put("sendMessage", FaultKind.SLOW, seconds=0)
    api.faults.put("sendMessage", FaultKind.FORBIDDEN)
    failure = await failure_of(channel, to(lan, "chữ " * 3000))
    assert failure.failure is Failure.UNCERTAIN


async def test_a_part_that_is_throttled_waits_and_goes_on(api: FakeBotApi, channel: TelegramChannel, lan: User) -> None:
    api.limits.per_chat = 1
    await channel.send(to(lan, "chữ " * 1500))
    assert len(standing(lan.chat)) == 2


UNSURE = [FaultKind.DROP_BEFORE, FaultKind.DO_THEN_DROP, FaultKind.DO_THEN_502, FaultKind.DO_THEN_TRUNCATE]


@pytest.mark.parametrize("kind", [*UNSURE, FaultKind.HTML_PAGE, FaultKind.REDIRECT])
async def test_no_answer_to_a_new_message_is_uncertain(
    api: FakeBotApi, channel: TelegramChannel, lan: User, kind: FaultKind
) -> None:
    api.faults.put("sendMessage", kind)
    assert (await failure_of(channel, to(lan))).failure is Failure.UNCERTAIN
    assert len(api.log.of("sendMessage")) == 1


@pytest.mark.parametrize("kind", UNSURE)
async def test_no_answer_to_an_edit_may_be_tried_again(
    api: FakeBotApi, channel: TelegramChannel, lan: User, kind: FaultKind
) -> None:
    first = await channel.send(to(lan))
    api.faults.put("editMessageText", kind)
    edit = to(lan, "<b>1.2</b>", edit=first.message_id)
    assert (await failure_of(channel, edit)).failure is Failure.RETRY
    await channel.send(edit)
    assert standing(lan.chat) == ["<b>1.2</b>"]


async def test_a_refused_connection_is_surely_not_sent(api: FakeBotApi, channel: TelegramChannel, lan: User) -> None:
    async with api.outage():
        assert (await failure_of(channel, to(lan))).failure is Failure.RETRY


async def test_a_name_that_cannot_be_resolved_is_surely_not_sent(lan: User) -> None:
    lost = TelegramChannel("123456:" + "A" * 35, api_base="http://does-not-exist.invalid")
    try:
        assert (await failure_of(lost, to(lan))).failure is Failure.RETRY
    finally:
        await lost.close()


async def test_a_proxy_that_is_down_is_surely_not_sent(api: FakeBotApi, lan: User) -> None:
    lost = TelegramChannel(api.token, api_base=api.base_url, proxy="socks5://127.0.0.1:1")
    try:
        assert (await failure_of(lost, to(lan))).failure is Failure.RETRY
    finally:
        await lost.close()


async def test_a_throttle_tells_how_long_to_wait(api: FakeBotApi, channel: TelegramChannel, lan: User) -> None:
    api.faults.put("sendMessage", FaultKind.TOO_MANY, seconds=9)
    failure = await failure_of(channel, to(lan))
    assert (failure.failure, failure.after, failure.hold_all) == (Failure.RETRY, 9, True)


async def test_a_throttle_on_a_small_call_keeps_the_chat_quiet(
    api: FakeBotApi, channel: TelegramChannel, lan: User
) -> None:
    api.faults.put("editMessageReplyMarkup", FaultKind.TOO_MANY, seconds=9)
    await channel.send(to(lan, retire="999999"))
    await errands_done(channel)
    failure = await failure_of(channel, to(lan))
    assert failure.failure is Failure.RETRY
    assert 8 < failure.after <= 9
    assert not any(act.early for act in api.acts)


async def test_a_person_who_blocked_the_bot_is_unreachable(channel: TelegramChannel, lan: User) -> None:
    lan.block()
    assert (await failure_of(channel, to(lan))).failure is Failure.UNREACHABLE


async def test_a_group_that_moved_names_its_new_address(api: FakeBotApi, channel: TelegramChannel, lan: User) -> None:
    group = api.group("Sở TTTT", lan)
    group.add_bot(lan)
    new = group.migrate()
    failure = await failure_of(channel, Outgoing(str(group.chat.id), "x"))
    assert (failure.failure, failure.detail) == (Failure.MOVED, str(new.chat.id))


async def test_an_address_that_is_no_number_is_rejected(channel: TelegramChannel) -> None:
    assert (await failure_of(channel, Outgoing("lan@example.org", "x"))).failure is Failure.REJECTED


async def test_a_bug_in_the_markup_is_rejected_and_quotes_nothing(lan: User) -> None:
    async with FakeBotApi(strict=False) as lax:
        channel = TelegramChannel(lax.token, api_base=lax.base_url)
        person = lax.user(user_id=5)
        person.chat.started = True
        failure = await failure_of(channel, Outgoing("5", "<bí-mật>x"))
        await channel.close()
    assert failure.failure is Failure.REJECTED
    assert failure.detail == "400 Bad Request: can't parse entities"


async def test_the_menu_follows_the_role_and_is_set_once(api: FakeBotApi, channel: TelegramChannel, lan: User) -> None:
    everybody, reviewer = [("start", "Bắt đầu")], [("tonghop", "Tổng hợp")]
    await channel.set_menu(everybody, {"reviewer": reviewer})
    for role in ("reviewer", "reviewer", "officer", None):
        await channel.send(to(lan, menu_role=role))
    await api.until(lambda: f"chat:{lan.id}" in api.commands)
    assert api.commands["default"] == [{"command": "start", "description": "Bắt đầu"}]
    assert api.commands[f"chat:{lan.id}"] == [{"command": "tonghop", "description": "Tổng hợp"}]
    assert len(api.log.of("setMyCommands")) == 2
    assert api.menu_buttons == {None: {"type": "commands"}}


async def test_a_menu_that_failed_is_set_with_the_next_message(
    api: FakeBotApi, channel: TelegramChannel, lan: User
) -> None:
    await channel.set_menu([("start", "Bắt đầu")], {"officer": [("nop", "Nộp")]})
    api.faults.put("setMyCommands", FaultKind.HTML_PAGE)
    await channel.send(to(lan, menu_role="officer"))
    await errands_done(channel)
    assert f"chat:{lan.id}" not in api.commands
    await channel.send(to(lan, menu_role="officer"))
    await errands_done(channel)
    assert api.commands[f"chat:{lan.id}"]


async def test_the_link_needs_the_bots_name(api: FakeBotApi) -> None:
    channel = TelegramChannel(api.token, api_base=api.base_url)
    assert channel.link("ABC") is None
    assert await channel.introduce() == api.username
    assert channel.link("ABC") == f"https://t.me/{api.username}?start=ABC"
    await channel.close()


async def test_the_token_is_in_no_failure_no_log_and_no_repr(
    api: FakeBotApi, channel: TelegramChannel, lan: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen = [repr(channel)]
    for kind in FaultKind:
        api.faults.put("sendMessage", kind, seconds=0.01)
        try:
            await channel.send(to(lan))
        except SendFailed as failure:
            seen += [repr(failure), str(failure.__cause__), str(failure.__context__ and failure.__suppress_context__)]
    assert api.token not in " ".join([*seen, caplog.text])


@pytest.mark.parametrize("token", ["", "no-colon", "abc:def", "123:with blank "])
def test_a_token_that_cannot_be_one_is_refused_without_being_named(token: str) -> None:
    with pytest.raises(ValueError, match="does not look like") as caught:
        TelegramChannel(token)
    assert not token or token not in str(caught.value)
