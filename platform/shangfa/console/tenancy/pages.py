"""The operator's pages: companies and what is installed; no content of a company."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.forms import field, once
from shangfa.console.pages import asked_page, show
from shangfa.console.session import asker
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.tenancy.status import Status
from shangfa.services.tenancy import plugins, tenants

blp = Blueprint("console-tenancy", __name__)
STEPS: dict[str, Status] = {"suspend": "suspended", "resume": "active"}


@blp.get("/tenants")
def page() -> Response:
    """The companies of this deployment."""
    return show("tenants.html", found=tenants.page(asker(), asked_page()))


@blp.post("/tenants/<string:slug>")
def set_status(slug: str) -> AnyResponse:
    """Suspend a company, or let it work again."""
    status = STEPS.get(field("step"))
    if status is None:
        raise refused(NOT_FOUND, "")
    return once(lambda who: tenants.set_status(who, slug, status), lambda _: "/console/tenants")


@blp.get("/plugins")
def installed() -> Response:
    """What is installed, and how it fares."""
    return show("plugins.html", found=plugins.listing(asker()))


@blp.get("/settings")
def settings() -> Response:
    """What a company sets up beside its people and schemes."""
    asker().need("approvals:read")
    return show("settings.html")
