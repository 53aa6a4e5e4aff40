"""Programs of others talk to a real server over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from tests.making.house import ROOT, serving
from tests.making.node import KEPT, compiled
from tests.making.office import Office, open_office
from werkzeug.serving import make_server

from shangfa.api.app import create_app


@pytest.fixture(scope="module", autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url, webhook_allow="127.0.0.0/8"):
        yield


@pytest.fixture(scope="module")
def office() -> Office:
    """A company that the module has to itself."""
    return open_office()


@pytest.fixture(scope="module")
def url(office: Office) -> Iterator[str]:
    """Where the company's server listens."""
    assert office.slug
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the calls and the recipes that are written in TypeScript, compiled."""
    recipes = sorted(ROOT.glob("docs/recipes/*.ts"))
    return compiled(tmp_path_factory.mktemp("typescript"), KEPT / "calls.ts", *recipes)
