"""kill -9 at random moments: what was acknowledged stays, nothing happens twice.

Caught when seeded: the offset moved before the work; replies sent before the commit; claimed notices sent again after
a crash; update keys that are not kept. Caught unseeded: old cards that came once more after newer ones.
"""

import pytest
from product.killing import check_ledgers, check_notices, check_order, check_updates, kill_while_walking
from product.office import Open

pytestmark = pytest.mark.asyncio(loop_scope="session")
KILLS = 15


async def test_a_killed_service_loses_nothing_that_was_acknowledged_and_repeats_no_notice(office: Open) -> None:
    async with office() as here:
        await here.staff("reviewer")
        kills = await kill_while_walking(here, seed=1, most=KILLS)
        assert kills >= 5
        await check_updates(here)
        check_ledgers(here)
        check_order(here)
        check_notices(here)
        await here.verify()
