"""A card is edited only while it is known to be the chat's last message."""

from __future__ import annotations

import pytest
from scripted_channel.rows import row

from bot.delivery.cards import REMEMBERED_S, Cards, Standing


def test_what_the_row_says_is_believed_at_first() -> None:
    assert Cards().standing(row(card="10", is_last=True)) == Standing("10", is_last=True)
    assert Cards().standing(row(card=None)) == Standing(None, is_last=False)


def test_a_person_who_has_typed_has_passed_the_card() -> None:
    assert Cards().standing(row(card="10", is_last=True), typed=True) == Standing("10", is_last=False)


def test_a_row_loaded_before_the_new_card_was_stored_is_corrected() -> None:
    cards, first = Cards(), row(1, card=None)
    cards.card_sent(first, cards.standing(first), "11", cards.passes(first))
    stale = row(2, card=None)
    assert cards.standing(stale) == Standing("11", is_last=True)
    assert cards.standing(stale._replace(id=3), typed=True) == Standing("11", is_last=False)


def test_a_stale_row_two_cards_behind_is_corrected_too() -> None:
    cards = Cards()
    for number, message in ((1, "11"), (2, "12")):
        one = row(number, card="10", is_last=False)
        cards.card_sent(one, Standing("10", is_last=False), message, cards.passes(one))
    assert cards.standing(row(3, card="10")) == cards.standing(row(4, card="11")) == Standing("12", is_last=True)


def test_a_message_below_ends_editing_even_when_the_row_does_not_know() -> None:
    cards = Cards()
    cards.message_sent(row(1, kind="message", card="10", is_last=True))
    assert cards.standing(row(2, card="10", is_last=True)) == Standing("10", is_last=False)


def test_a_card_sent_while_something_else_went_out_is_not_taken_for_the_last() -> None:
    cards, card = Cards(), row(1, card="10")
    stood, passes = cards.standing(card), cards.passes(card)
    cards.message_sent(row(2, kind="message", card="10"))
    cards.card_sent(card, stood, "11", passes)
    assert cards.standing(row(3, card="11", is_last=True)) == Standing("11", is_last=False)


def test_an_edit_leaves_the_card_where_it_was() -> None:
    cards, card = Cards(), row(1, card="10", is_last=True)
    stood, passes = cards.standing(card), cards.passes(card)
    cards.message_sent(row(2, kind="message", card="10", is_last=True))
    cards.card_sent(card, stood, "10", passes)
    assert cards.standing(row(3, card="10", is_last=True)) == Standing("10", is_last=False)


def test_a_card_that_another_process_sent_is_believed() -> None:
    cards, mine = Cards(), row(1, card="10")
    cards.card_sent(mine, cards.standing(mine), "11", cards.passes(mine))
    assert cards.standing(row(2, card="99", is_last=True)) == Standing("99", is_last=True)
    assert cards.standing(row(3, card="99", is_last=True), typed=True) == Standing("99", is_last=False)


def test_a_card_older_than_the_one_that_stands_is_outdated() -> None:
    cards, newer = Cards(), row(7, card="10")
    cards.card_sent(newer, cards.standing(newer), "11", cards.passes(newer))
    assert cards.is_outdated(row(6))
    assert not cards.is_outdated(row(6, kind="message"))
    assert not cards.is_outdated(row(8))


def test_chats_are_forgotten_after_a_while() -> None:
    now = 0.0
    cards = Cards(lambda: now)
    for chat in range(2000):
        cards.message_sent(row(chat, chat=chat))
        now += 1.0
    assert len(cards) <= REMEMBERED_S + 1


@pytest.mark.parametrize("kind", ["card", "message"])
def test_a_channel_without_message_ids_never_edits(kind: str) -> None:
    cards, first = Cards(), row(1, card=None)
    cards.card_sent(first, cards.standing(first), None, cards.passes(first))
    assert cards.standing(row(2, card=None)) == Standing(None, is_last=False)
