"""Fixtures of the black-box proofs; a conftest imports the ones it needs. All of them live in the session's loop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from product.office import Open, Template, open_office, prepare
from product.warm import WarmProduct, Zygote, zygote


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mother() -> AsyncIterator[Zygote]:
    """The process that products are forked from."""
    async with zygote() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template(mother: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database with units, a cycle and invites, made by commands."""
    product = WarmProduct(tmp_path_factory.mktemp("template"), {})
    product.mother = mother
    return await prepare(product)


@pytest.fixture
def office(template: Template, mother: Zygote, tmp_path: Path) -> Open:
    """Opens an office of one's own: `async with office() as o`; settings and `start`, `fake` may be given."""

    def open_(**given: object) -> object:
        return open_office(template, tmp_path, mother, **given)  # type: ignore[arg-type]

    return open_  # type: ignore[return-value]
