"""Engines over the module's database, as the owner and as the application."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool
from tests.making.catalogue import ACME, OTHER, add_subject, as_tenant


def _engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url, poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def owner(owner_url: str) -> Iterator[Engine]:
    yield from _engine(owner_url)


@pytest.fixture(scope="module")
def app(app_url: str) -> Iterator[Engine]:
    yield from _engine(app_url)


@pytest.fixture(scope="module")
def two_tenants(owner: Engine) -> None:
    with owner.begin() as connection:
        for tenant in (ACME, OTHER):
            as_tenant(connection, tenant)
            connection.execute(
                text(
                    "INSERT INTO tenant (id, name, timezone, locale, calendar, created_at)"
                    " VALUES (:id, 'n', 'Asia/Shanghai', 'zh-CN', 'cn', now())"
                ),
                {"id": tenant},
            )
            add_subject(connection, tenant)
