"""What the card of a question shows of an inquiry about it: that a colleague was asked, or what they propose."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import describing
from bot.conversation.assessment import Assessment
from bot.conversation.inquiry import Inquiry
from bot.conversation.presses import Press
from bot.conversation.turn import Button, Rows


def of(assessment: Assessment, criterion_id: str) -> Inquiry | None:
    """The inquiry about a criterion that nobody has settled yet: there is at most one."""
    return next((one for one in assessment.inquiries if one.criterion == criterion_id and one.unsettled), None)


def having(assessment: Assessment, inquiry: Inquiry) -> Assessment:
    """The assessment with an inquiry as it has just become."""
    others = tuple(one for one in assessment.inquiries if one.id != inquiry.id)
    return replace(assessment, inquiries=(*others, inquiry))


def shown(assessment: Assessment, criterion_id: str) -> describing.Data | None:
    """The inquiry as the card tells it; None where nobody is asked."""
    inquiry = of(assessment, criterion_id)
    if inquiry is None:
        return None
    return {
        "by": inquiry.asked_by,
        "at": inquiry.asked_at,
        "until": inquiry.until if inquiry.colleague_id is None else None,
        "colleague": inquiry.colleague,
        "answer": proposal(assessment, inquiry),
        "note": inquiry.remark,
        "answered_at": inquiry.answered_at,
    }


def proposal(assessment: Assessment, inquiry: Inquiry) -> describing.Data | None:
    """What the colleague answered, as templates show an answer."""
    if inquiry.proposed is None:
        return None
    return describing.value(assessment.criteria.criterion(inquiry.criterion), inquiry.proposed)


def rows(assessment: Assessment, criterion_id: str) -> Rows:
    """The buttons about it: to ask somebody, to ask no more, or to decide on the colleague's answer."""
    inquiry = of(assessment, criterion_id)
    if inquiry is None:
        ask = Press("aq", assessment.id, criterion_id, revision=assessment.revision_of(criterion_id))
        return ((Button("ask_colleague", ask.encode()),),)
    if inquiry.answer is not None:
        return (deciding(assessment, inquiry),)
    stop = Press("aw", assessment.id, criterion_id, revision=inquiry.revision)
    return ((Button("ask_no_more", stop.encode()),),)


def deciding(assessment: Assessment, inquiry: Inquiry, seen: int = 0) -> tuple[Button, ...]:
    """Take the colleague's answer over, having seen revision `seen` of the answer that stands; or do not."""
    take = Press("pk", assessment.id, inquiry.criterion, str(seen), inquiry.revision)
    leave = Press("px", assessment.id, inquiry.criterion, revision=inquiry.revision)
    return (Button("take_proposal", take.encode()), Button("leave_proposal", leave.encode()))
