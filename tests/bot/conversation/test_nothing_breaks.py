"""Whatever a messenger brings is answered: forged buttons and texts of any kind, in every place; never an exception.

Checked once against: a `decode_value` that lets a denominator of zero through, `_denominator` without its look at the
digits, a button that may name a section as a criterion, `may` left out of `pressed`: each failed here.
"""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st
from side_by_side.counts import many
from talk.sessions import NOW, PEOPLE, begun, complete, standing, submitted, told
from talk.stage import criteria, renderer
from talk.watch import may_touch

from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment
from bot.conversation.events import Edited, Event, Pressed, Typed
from bot.conversation.facts import AnswerGiven, AnswerWithdrawn, AssessmentFact, OpeningSettled, Returned
from bot.conversation.place import Place
from bot.conversation.presses import LIMIT, decode
from bot.conversation.pressing import VERBS
from bot.conversation.turn import Turn
from scoring.answers import ChosenOption, Counts

PAYLOADS = many(2_500, 5_000)
STATES: tuple[Assessment, ...] = (
    begun(),
    told(begun(), AnswerGiven("1.1", ChosenOption("yes")), AnswerGiven("2.5.1", Counts(45, 50))),
    complete(),
    submitted(),
    told(submitted(), Returned(("2.1.1", "2.3"), "thiếu số liệu")),
    begun(closed=True),
)
PLACES = (
    Place(),
    Place(step="accepted"),
    Place(step="review", return_to="review"),
    Place(step="submit"),
    Place(step="opening", focus="2.3"),
    Place(step="ground", focus="2.3", pending={"opening": "1"}),
    Place(step="ground", focus="2.7"),
    Place(step="question", focus="1.1", pending={"seen": "0"}, misses=2),
    Place(step="question", focus="2.4.2", pending={"seen": "0"}, skipped=("1.1", "opening:2.3")),
    Place(step="question", focus="2.1.1", undo={"criterion": "2.3", "revision": "1", "previous": '{"2.3": null}'}),
    Place(step="question", focus="3.2", pending={"seen": "9"}),
    Place(step="confirm", focus="2.1.1", pending={"value": "percent=17/20", "typed": "0,85", "seen": "0"}),
    Place(step="confirm", focus="1.1", pending={"value": "option=yes", "typed": "dạ", "seen": "0", "either": "1"}),
    Place(step="numerator", focus="2.5.2", pending={"denominator": "45", "seen": "0"}),
    Place(step="numerator", focus="3.2", pending={"denominator": "50", "seen": "0"}, misses=1),
    Place(step="no_cases", focus="2.1.1"),
    Place(step="note", focus="1.1"),
    Place(step="evidence", focus="1.1", pending={"text": "85"}),
    Place(step="file", pending={"0": f"{'a' * 64}|application/pdf|9|ke-hoach.pdf|Quyết định 45"}),
    Place(step="file", pending={"0": "not one of ours"}),
    Place(
        step="batch", pending={"1.1": '{"option": "no"}@0', "2.3": '{"exempt": true, "note": "x"}@0', "seen": "3f0c"}
    ),
    Place(step="batch", pending={"2.1.1": '{"percent": "50"}@4', "seen": "77"}, return_to="block"),
    Place(step="block", return_to="block"),
    Place(
        step="question",
        focus="2.1.1",
        undo={"criterion": "1.3", "criteria": "2.3 1.3", "revision": "3", "previous": '{"2.3": null, "1.3": null}'},
    ),
    Place(step="return", focus="1"),
    Place(step="return", focus="1", pending={"ids": "1.1", "reason": "x"}),
)


def turn_of(role: str, assessment: Assessment | None, place: Place, event: Event) -> Turn:
    """The turn, with every reply to the person rendered: a template that fails would abort it."""
    turn = advance(standing(PEOPLE[role], assessment, place), event, NOW)
    for reply in turn.replies:
        if not reply.view:
            posted: dict[str, object] = {"home": None, **({"links": {}} if reply.joins else {})}  # as intake adds it
            renderer().render(reply.template, {**reply.data, **posted})
        for row in reply.rows:
            for button in row:
                assert len(button.press) <= LIMIT
                assert button.press.isascii()
                renderer().label(button.label, button.args)
    return turn


IDS = [*(leaf.id for leaf in criteria().leaves), "2.3", "1", "2", "", "9.9", "2.1.1.1", "../..", "x" * 40]
ARGUMENTS = [
    *(
        "n",
        "x",
        "p50",
        "p171/2",
        "p1/0",
        "c45/50",
        "c5/0",
        "c0/0",
        "c60/50",
        "c1/999999999",
        "claim",
        "no",
        "later",
        "0",
    ),
    *("", "7", "-1", "oyes", "ono", "oyes'--", "o", "p", "999999999", "1" * 30, "K7Q29XPM", "K7Q29XP"),
]
NUMBERS = ["0", "1", "2", "3", "36", "40", "999999999999999", "-1", "01", "", "1e9"]


def payloads(dice: random.Random, count: int) -> Iterator[str]:
    """Buttons of ours with parts replaced by something of their kind or by anything, some of them torn."""
    true = [["an", "1", leaf.id, f"o{option.id}", "0"] for leaf in criteria().leaves for option in leaf.options]
    for _ in range(count):
        parts = dice.choice(true) if dice.random() < 0.5 else [dice.choice([*VERBS]), "1", "2.1.1", "p50", "0"]
        others = [["zz", "", "AN", *VERBS], ["1", *NUMBERS], IDS, ARGUMENTS, NUMBERS]
        text = ":".join(
            dice.choice(other) if dice.random() < 0.3 else part for part, other in zip(parts, others, strict=True)
        )
        yield torn(dice, text) if dice.random() < 0.1 else text


def torn(dice: random.Random, text: str) -> str:
    place = dice.randrange(len(text) + 1)
    junk = dice.choice([":", "", "\x00", "é", "🙂", "\n", dice.choice(string.printable), text])
    return text[:place] + junk + text[place + dice.randrange(3) :]


def test_forged_buttons_write_nothing_they_do_not_say() -> None:
    dice = random.Random(6)
    wrote = 0
    for payload in payloads(dice, PAYLOADS):
        role, assessment, place = dice.choice(list(PEOPLE)), dice.choice(STATES), dice.choice(PLACES)
        turn = turn_of(role, assessment, place, Pressed(payload))
        assert len(turn.replies) >= 1
        facts = [fact for fact in turn.facts if isinstance(fact, AssessmentFact)]
        assert role == "officer" or not [fact for fact in facts if not isinstance(fact, Returned)]
        assert role == "reviewer" or not [fact for fact in facts if isinstance(fact, Returned)]
        for fact in facts:
            if isinstance(fact, AnswerGiven | AnswerWithdrawn):
                assert fact.criterion in may_touch(payload), payload
            elif isinstance(fact, OpeningSettled):
                assert fact.scope in may_touch(payload), payload
        assert decode(payload) is not None or not turn.facts
        wrote += bool(facts)
    assert wrote > 10  # else this test would also pass when nothing worked


WORDS = (
    "có", "không", "chưa", "dạ", "đúng", "85", "85%", "45/50", "2", ",", ".", "/", ":", "%", "trên", "khoảng", "sửa",
    "câu", "2.3.1", "2.3", "1.10.1", "5.1", "#3", "/nop", "/tralai SDL", "/start K7Q29XPM", "không phát sinh", "nửa",
    "điểm tối đa", "phòng thanh tra", "hồ sơ", "người", "tám lăm", "0,85", "nộp", "hoàn tác", "thôi", "bỏ qua", "٨٥",
    "quay lại", "ghi chú", "½", "💯", "\u202e85", "\u200b", "?",
)  # fmt: skip
SALAD = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
ROLES = st.sampled_from(list(PEOPLE))
STATE = st.integers(0, len(STATES) - 1)
PLACE = st.integers(0, len(PLACES) - 1)


@given(text=st.text(max_size=80) | SALAD, role=ROLES, state=STATE, place=PLACE)
@example(text="x" * 5000, role="officer", state=0, place=7)
@example(text="", role="officer", state=0, place=7)
@example(text="\x00", role="officer", state=0, place=16)
@example(text="/start " + "Z" * 300, role="none", state=0, place=0)
@settings(max_examples=many(400, 1_500), deadline=None, derandomize=True)
def test_any_text_anywhere_is_answered_once(text: str, role: str, state: int, place: int) -> None:
    turn = turn_of(role, STATES[state], PLACES[place], Typed(text))
    own = [reply for reply in turn.replies if type(reply.to).__name__ == "Myself"]
    assert len(own) == 1
    given = [fact for fact in turn.facts if isinstance(fact, AnswerGiven | AnswerWithdrawn)]
    assert role == "officer" or not given
    focus = PLACES[place].focus
    undone = PLACES[place].undo.get("criterion", focus)
    scope = criteria().exemption_scope(focus) if criteria().find(focus) else None
    named = {leaf.id for leaf in criteria().leaves if leaf.id in text or leaf.printed_id in text}
    asked = {*PLACES[place].pending, *PLACES[place].undo.get("criteria", "").split()}
    assert {fact.criterion for fact in given} <= {focus, undone, scope or focus, *named, *asked}


@given(text=st.text(max_size=60) | SALAD, state=st.sampled_from(range(len(STATES))))
@settings(max_examples=many(100, 300), deadline=None, derandomize=True)
def test_an_edited_text_never_writes(text: str, state: int) -> None:
    place = Place(undo={"criterion": "1.1", "revision": "1", "previous": '{"1.1": null}'})
    turn = turn_of("officer", STATES[state], place, Edited(text))
    assert (turn.facts, len(turn.replies)) == ((), 1)


def test_every_place_survives_being_stored() -> None:
    assert [Place.from_json(place.to_json()) for place in PLACES] == list(PLACES)
