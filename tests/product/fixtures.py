"""Fixtures of the black-box proofs; a conftest imports the ones it needs. All of them live in the session's loop."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from product.office import Office, Open, Template, open_office, prepare
from product.warm import WarmProduct, Zygote, zygote

_MOTHER = pytest.StashKey[Zygote]()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mother(request: pytest.FixtureRequest) -> AsyncIterator[Zygote]:
    """The process that products are forked from: one, however many conftests import this fixture."""
    stash = request.config.stash
    if _MOTHER in stash:
        yield stash[_MOTHER]
        return
    async with zygote() as running:
        stash[_MOTHER] = running
        yield running
        del stash[_MOTHER]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template(mother: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database with units, a cycle and invites, made by commands."""
    product = WarmProduct(tmp_path_factory.mktemp("template"), {})
    product.mother = mother
    return await prepare(product)


@pytest.fixture
def office(template: Template, mother: Zygote, tmp_path: Path) -> Open:
    """Opens an office of one's own, each time a new one: `async with office() as here`.

    Settings may be given, and what `open_office` takes; with `warm` off every process is a cold one.
    """
    numbers = itertools.count(1)

    def open_(*, warm: bool = True, **given: Any) -> AbstractAsyncContextManager[Office]:
        home = tmp_path / f"office-{next(numbers)}"
        home.mkdir()
        return open_office(template, home, mother if warm else None, **given)

    return open_
