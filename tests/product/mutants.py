"""Updates bent out of shape: valid ones of every kind, with parts lost, doubled, retyped or grown."""

import copy
import random
from typing import Any

from fake_bot_api.people import PHOTO, STICKER, VOICE

Json = dict[str, Any]
CHAT_ID = 812_000_001
STRANGE: list[Any] = [None, True, 0, -1, 2**31, 2**63, 1e308, [], {}, [[]], {"id": {}}, [None]]
STRANGE += ["", "a\x00b", "\ud800", "\u202eabc", "９", "x" * 5000]


def kinds() -> list[Json]:
    """One valid update of every kind that the platform may send, known to the product or not."""
    user = {"id": CHAT_ID, "is_bot": False, "first_name": "Đột biến"}
    chat = {"id": CHAT_ID, "type": "private", "first_name": "Đột biến"}
    group = {"id": -CHAT_ID, "type": "supergroup", "title": "Nhóm"}
    base = {"message_id": 5, "date": 1_790_000_000, "chat": chat, "from": user}
    text = base | {"text": "/start ABCD2345", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
    member = {"user": {"id": 1, "is_bot": True, "first_name": "b"}, "status": "member"}
    change = {"chat": chat, "from": user, "date": 1, "old_chat_member": member, "new_chat_member": member}
    query = {"id": "77", "from": user, "chat_instance": "1", "data": "go:1:1.1::0"}
    return [
        {"message": text},
        {"message": base | {"text": "85,5 %"}},
        {"message": base | PHOTO | {"caption": "ảnh"}},
        {"message": base | VOICE},
        {"message": base | STICKER},
        {"message": base | {"contact": {"phone_number": "1", "first_name": "a"}}},
        {"message": base | {"reply_to_message": text, "text": "trả lời"}},
        {"message": text | {"chat": group}},
        {"message": base | {"chat": group, "migrate_to_chat_id": -1000}},
        {"message": base | {"chat": group, "new_chat_members": [user]}},
        {"edited_message": text | {"edit_date": 1_790_000_001}},
        {"channel_post": base | {"text": "tin"}},
        {"callback_query": query | {"message": text}},
        {"callback_query": query | {"message": base | {"date": 0}}},
        {"callback_query": query | {"inline_message_id": "abc"}},
        {"callback_query": query | {"game_short_name": "g", "data": None}},
        {"my_chat_member": change},
        {"chat_member": change},
        {"poll": {"id": "1", "question": "?"}},
        {"poll_answer": {"poll_id": "1", "user": user, "option_ids": [0]}},
        {"inline_query": {"id": "1", "from": user, "query": "", "offset": ""}},
        {"message_reaction": {"chat": chat, "message_id": 1, "date": 1}},
        {"business_message": text},
        {"purchased_paid_media": {"from": user, "paid_media_payload": "x"}},
        {"kind_of_next_year": {"anything": [1, 2, {"chat": chat}]}},
        {},
    ]


def mutant(dice: random.Random) -> Json:
    """One update, bent in one to four places."""
    body = copy.deepcopy(dice.choice(kinds()))
    for _ in range(dice.randint(1, 4)):
        _bend(dice, body)
    return body


def _bend(dice: random.Random, node: Any) -> None:
    """Go down a random way and change what is there."""
    places = list(node) if isinstance(node, dict) else list(range(len(node)))
    if not places:
        return
    place = dice.choice(places)
    inner = node[place]
    if isinstance(inner, dict | list) and inner and dice.random() < 0.7:
        _bend(dice, inner)
        return
    act = dice.random()
    if act < 0.3:
        del node[place]
    elif act < 0.8 or not isinstance(node, dict):
        node[place] = copy.deepcopy(dice.choice(STRANGE))
    else:
        node[str(place) + dice.choice(["", "_", "\x00", "é"])] = copy.deepcopy(dice.choice([*STRANGE, inner]))
