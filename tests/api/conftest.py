"""Every module of this folder uses a database of its own, through the application's role."""

from collections.abc import Iterator

import pytest
from tests.making.contract import CheckedClient
from tests.making.house import serving
from tests.making.office import Office, open_office

CheckedClient.holds = True
"""Every response must be what the OpenAPI document says; False lets them pass."""
"""To be emptied once the document says how refusals are really served."""


@pytest.fixture(scope="module", autouse=True)
def _database(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    var = tmp_path_factory.mktemp("var")
    with serving(app_url, oidc_allow="127.0.0.0/8", var=str(var)):
        yield


@pytest.fixture(scope="module")
def office() -> Office:
    """A company that the module has to itself."""
    return open_office()
