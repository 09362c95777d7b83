"""One unit's self-assessment in one cycle, and how each fact changes it; the only way answers ever change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from bot.conversation import facts
from bot.conversation.inquiry import Inquiry
from bot.conversation.inquiry_facts import InquiryFact
from bot.conversation.scored import scorecard
from bot.values import value
from scoring.answers import Answer
from scoring.criteria_set import CriteriaSet
from scoring.scorecard import Scorecard


@value(frozen=True, slots=True)
class Unit:
    """A department or district; names change, the code does not."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str


@value(frozen=True, slots=True)
class Cycle:
    """One year's round. `due_at` is the first instant that is too late; entry ends only when the cycle is closed.
    `approval`: a unit's leader approves what it hands in."""

    id: int
    year: int
    due_at: datetime
    closed: bool
    criteria: CriteriaSet
    approval: bool = False
    publish_at: datetime | None = None


@value(frozen=True, slots=True)
class Held:
    """An answer as it stands: who gave it, when, and the ledger number that makes it this revision."""

    answer: Answer
    revision: int
    by: int | None
    by_name: str
    at: datetime


@value(frozen=True, slots=True)
class Written:
    """A note, a citation or a file that stands beside a criterion; a file's body is its name, `digest` that of its
    bytes."""

    id: int
    criterion: str
    kind: str
    body: str
    by_name: str
    at: datetime
    digest: str = ""


@value(frozen=True, slots=True)
class Inherited:
    """What a unit had answered before it became part of this one; offered, never taken over by itself."""

    unit: str
    short_name: str
    answers: Mapping[str, Answer]


@value(frozen=True, slots=True)
class Awaiting:
    """Since when the unit's leader is asked to approve, and by whom."""

    since: datetime
    by: int | None
    by_name: str = ""


@value(frozen=True)
class Assessment:
    """The answers of one unit. `seq` is the ledger's last number; the next fact gets the one after."""

    id: int
    unit: Unit
    cycle: Cycle
    state: str = "open"
    answers: Mapping[str, Held] = field(default_factory=dict)
    opening: Mapping[str, bool] = field(default_factory=dict)
    texts: tuple[Written, ...] = ()
    seq: int = 0
    submissions: int = 0
    receipt: str = ""
    submitted_at: datetime | None = None
    reopened: frozenset[str] = frozenset()
    reason: str = ""
    returned_at: datetime | None = None
    back_due_at: datetime | None = None
    inherited: tuple[Inherited, ...] = ()
    asked_since: Mapping[str, int] = field(default_factory=dict)
    """The ledger number from which on a criterion, or an exemption's scope, reads as it does; only where amended."""
    inquiries: tuple[Inquiry, ...] = ()
    """What colleagues were asked, settled ones too, as it was when this was loaded: none of it is an answer."""
    awaiting: Awaiting | None = None
    """That the leader was asked; whether they can still answer is for `awaits` to say."""
    remark: str = ""
    """Why the leader sent the result back last; "" after it was handed in."""
    approved_by: int | None = None
    """On whose word it was handed in last."""

    @property
    def awaits(self) -> bool:
        """Whether the leader's word is waited for now: not while the cycle is closed or asks for no such word."""
        open_ = not self.cycle.closed and self.state in ("open", "returned")
        return open_ and self.cycle.approval and self.awaiting is not None

    @property
    def handed_over(self) -> bool:
        """Whether the result lies with somebody else now: with the office, or with the unit's leader."""
        return self.state == "submitted" or self.awaits

    @property
    def criteria(self) -> CriteriaSet:
        """The set this cycle is scored by."""
        return self.cycle.criteria

    @cached_property
    def card(self) -> Scorecard:
        """The scorecard of the answers as they stand, computed once."""
        answers = {key: held.answer for key, held in self.answers.items()}
        return scorecard(self.id, self.criteria, self.unit.kind, answers)

    def held(self, criterion: str) -> Held | None:
        """The answer given to a criterion itself, or the exemption claimed for it, its group's included."""
        scope = self.criteria.exemption_scope(criterion)
        return (self.answers.get(scope) if scope else None) or self.answers.get(criterion)

    def revision_of(self, criterion: str) -> int:
        """What a button made now is made for: the answer's revision, or when an unanswered question was put anew."""
        held = self.held(criterion)
        if held:
            return held.revision
        since = self.asked_since.get(criterion, 0)
        if criterion in self.answers or criterion in self.card.lines:
            return since
        under = (leaf.id for leaf in self.criteria.leaves_under(criterion))  # a claim over them must know them
        return max((self.answers[one].revision for one in under if one in self.answers), default=since)

    @property
    def to_revisit(self) -> tuple[str, ...]:
        """What was given back and has not been answered again since, in the decision's order; not what counts 0 for
        another one that was given back with it: that one is asked."""
        if self.state != "returned":
            return ()
        lines, again = self.card.lines, self.reopened
        held = {one: self.held(one) for one in lines if one in again and lines[one].parent not in again}
        since = self.returned_at
        return tuple(one for one, answer in held.items() if answer is None or (since and answer.at <= since))

    @property
    def supplemented(self) -> tuple[str, ...]:
        """What was given back and has an answer, a note or a document from after that, in the decision's order. Where
        only something was written beside it, the answer is still to be looked at again: see `to_revisit`."""
        if self.state != "returned":
            return ()
        lines, left, since = self.card.lines, self.to_revisit, self.returned_at
        written = {text.criterion for text in self.texts if since and text.at > since}
        done = {one for one in self.reopened if one in written or self._asked_for(one) not in left}
        return tuple(one for one in lines if one in done or self._asked_for(one) in done)

    def _asked_for(self, criterion: str) -> str:
        """Which criterion is asked when this one was given back: where it counts 0 for another one that was given back
        with it, that one."""
        parent = self.card.lines[criterion].parent if criterion in self.card.lines else None
        return parent if parent in self.reopened and parent else criterion

    def first_of(self, scope: str) -> str:
        """The first criterion under a scope; the criterion itself when it is one."""
        return self.criteria.leaves_under(scope)[0].id

    def notes(self, criterion: str, kind: str) -> tuple[Written, ...]:
        """What was written beside a criterion, oldest first."""
        return tuple(text for text in self.texts if text.criterion == criterion and text.kind == kind)

    def apply(
        self, fact: facts.AssessmentFact | facts.SweepingFact, by: int | None, by_name: str, at: datetime
    ) -> Assessment:
        """The assessment after one more fact; pure, so that the ledger can rebuild it. A fact is applied when a turn is
        decided and again when it is recorded: the second time the same assessment is given out."""
        done: tuple[object, ...] | None = self.__dict__.get("_applied")
        if done is not None and done[0] is fact and done[1:4] == (by, by_name, at):
            return cast("Assessment", done[4])
        changes: Changes = {} if isinstance(fact, InquiryFact) else {"awaiting": None}  # or they approve something else
        if isinstance(fact, facts.ApprovalFact):
            changes |= _between(fact, Awaiting(at, by, by_name))
        elif isinstance(fact, facts.SweepingFact):
            changes |= _swept(self, fact)
        elif not isinstance(fact, InquiryFact):
            changes |= _told(self, fact, by, by_name, at)
        after = replace(self, seq=self.seq + 1, **changes)
        self.__dict__["_applied"] = (fact, by, by_name, at, after)
        return after


Changes = dict[str, Any]
"""What a fact makes of the fields of an assessment."""


def _between(fact: facts.ApprovalFact, asked: Awaiting) -> Changes:
    """What passed between the unit's officers and its leader."""
    match fact:
        case facts.ApprovalAsked():
            return {"awaiting": asked}
        case facts.SentBack(reason):
            return {"remark": reason}
        case facts.ApprovalWithdrawn() | facts.Approved():
            return {}


def _told(
    before: Assessment,
    fact: facts.ResultFact | facts.Submitted | facts.Returned,
    by: int | None,
    by_name: str,
    at: datetime,
) -> Changes:
    """What a person of the unit, or a reviewer, did."""
    match fact:
        case facts.AnswerGiven(criterion, answer):
            return {"answers": {**before.answers, criterion: Held(answer, before.seq + 1, by, by_name, at)}}
        case facts.AnswerWithdrawn(criterion):
            return {"answers": {key: held for key, held in before.answers.items() if key != criterion}}
        case facts.OpeningSettled(scope, claims):
            return {"opening": {**before.opening, scope: claims}}
        case facts.Submitted():
            return {
                "state": "submitted", "submissions": fact.revision, "receipt": fact.receipt, "submitted_at": at,
                "reopened": frozenset(), "reason": "", "returned_at": None, "back_due_at": None, "remark": "",
                "approved_by": fact.approved_by,
            }  # fmt: skip
        case facts.Returned(criteria, reason, due_at):
            reopened = frozenset(criteria)
            return {
                "state": "returned", "reopened": reopened, "reason": reason, "returned_at": at, "back_due_at": due_at,
            }  # fmt: skip
        case facts.NoteWritten() | facts.EvidenceCited() | facts.EvidenceFiled() | facts.TextRemoved():
            gone = fact.text_id if isinstance(fact, facts.TextRemoved) else None
            return {"texts": tuple(text for text in before.texts if text.id != gone)}


def _swept(before: Assessment, fact: facts.SweepingFact) -> Changes:
    """What an act of the office did to this assessment among others."""
    match fact:
        case facts.Ended(state):
            return {"state": state}
        case facts.Amended():
            return _amended(before, fact)


def _amended(before: Assessment, fact: facts.Amended) -> Changes:
    """What changed is unanswered again; a result handed in goes back for it, one given back before keeps the rest.

    The set itself is the cycle's: whoever applies the fact hands the new one in.
    """
    aside, again = frozenset((*fact.asked_again, *fact.gone)), frozenset(fact.asked_again)
    changes: Changes = {
        "answers": {key: held for key, held in before.answers.items() if key not in aside},
        "opening": {key: claims for key, claims in before.opening.items() if key not in aside},
        "asked_since": {**before.asked_since, **dict.fromkeys(sorted(aside), before.seq + 1)},
    }
    if before.state == "returned":
        changes |= {"reopened": (before.reopened - aside) | again}
    elif before.state == "submitted" and fact.again:
        changes |= {"state": "returned", "reopened": again}
    return changes
