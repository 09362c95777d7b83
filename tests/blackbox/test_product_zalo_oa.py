"""The main job over a Zalo Official Account, proved from outside: taps where a card has them, words where it has none,
a document, a token that ends, an event that comes twice, a kill.

Checked against: an event known by nothing (what came twice was answered twice), no renewal, a renewal that keeps the
refresh token that it used up: each failed here.
"""

import asyncio
import hashlib
from pathlib import Path

import pytest
from evidence_files.making import PDF
from fake_zalo_oa.server import APP_ID, APP_SECRET, SECRET_KEY, FakeZaloOa
from fake_zalo_oa.world import Json
from officer.plan import RandomPlan
from product.office import NAMES, Template
from product.warm import Zygote
from zalo_officer.oa import Follower, Tapper, age_tokens, authorise
from zalo_officer.office import ZaloOffice, summary_of, zalo_office
from zalo_officer.phone import join_staff

pytestmark = pytest.mark.asyncio(loop_scope="session")
DAY_S = 26 * 3600.0
DOCUMENT = "Kế hoạch số 12.pdf"


def settings(fake: FakeZaloOa) -> dict[str, str]:
    return {
        "TUCHAM_ZALO_OA_APP_ID": APP_ID,
        "TUCHAM_ZALO_OA_APP_SECRET": APP_SECRET,
        "TUCHAM_ZALO_OA_SECRET_KEY": SECRET_KEY,
        "TUCHAM_ZALO_OA_API_BASE": fake.base_url,
        "TUCHAM_ZALO_OA_OAUTH_BASE": fake.base_url,
    }


async def test_an_officer_taps_and_types_from_the_code_to_the_receipt(
    template: Template, mother: Zygote, tmp_path: Path
) -> None:
    async with FakeZaloOa() as fake, zalo_office(template, mother, tmp_path, settings(fake), start=False) as here:
        await authorise(here.product, fake)
        await here.start()
        fake.pusher.url = f"{here.url}/zalo-oa/webhook"
        reviewer = Follower(fake.person())
        officer = Tapper(Follower(fake.person()), RandomPlan(31, template.criteria), 31)
        await join_staff(reviewer, template.codes["reviewer"])
        await officer.begin(template.codes["HBT"])
        await officer.walk(limit=5)
        await hand_in_document(here, officer)
        await a_day_passes(here, fake, officer)
        await brought_twice(here, fake, officer)
        await officer.answer_blindly(lambda: killed_amid(here, fake))
        await a_day_passes(here, fake, officer)
        await officer.walk()
        receipts = {"HBT": await officer.submit()}
        assert officer.tapped >= 20
        await asyncio.gather(summary_of(reviewer, NAMES["HBT"]), here.check({"HBT": officer}, receipts), here.verify())
        assert await here.product.stop() == 0
        assert fake.pusher.lost == []
        secrets = (APP_SECRET, SECRET_KEY)
        assert here.leaks(*secrets) == []
        tokens = (fake.grants.access, fake.grants.refresh)
        assert {Path(one).name for one in here.leaks(*tokens)} <= {"tucham.db", "tucham.db-wal"}


async def hand_in_document(here: ZaloOffice, officer: Tapper) -> None:
    """A document is fetched, checked and lies beside the question at hand."""
    asked = officer.screen.criterion
    assert f"Đã lưu tài liệu cho {asked}: {DOCUMENT}" in (await officer.hand_in(DOCUMENT, PDF)).text
    digest = hashlib.sha256(PDF).hexdigest()
    assert (here.product.home / "files" / digest[:2] / digest[2:4] / digest).read_bytes() == PDF


async def a_day_passes(here: ZaloOffice, fake: FakeZaloOa, officer: Tapper) -> None:
    """The access token ends in the middle; it is renewed once, and the answer comes all the same."""
    age_tokens(here.product, DAY_S)
    fake.later_s += DAY_S
    before = fake.grants.given
    await officer.walk(limit=len(officer.given) + 2)
    assert fake.grants.given == before + 1


async def brought_twice(here: ZaloOffice, fake: FakeZaloOa, officer: Tapper) -> None:
    """The platform brings an event once more; it has no second effect and no second reply."""
    bring, said = fake.events, len(officer.phone.said)

    def twice(who: str, body: Json) -> None:
        bring(who, body)
        bring(who, body)

    fake.events = twice
    await officer.walk(limit=len(officer.given) + 1)
    fake.events = bring
    await fake.pusher.settled()
    await here.quiet()
    assert len(officer.phone.said) == said + 1


async def killed_amid(here: ZaloOffice, fake: FakeZaloOa) -> None:
    """kill -9 while something is on its way, up again, and wait until all of it was answered."""
    await here.restart()
    await fake.pusher.settled()
    await here.quiet()
