"""Documents on their way in: read, compiled with the tenant's words, looked at by the guards."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from cachetools import LRUCache

from shangfa.db.policies import VersionRecord
from shangfa.documents.policy.compile import compile_version, read_document
from shangfa.documents.policy.dead import dead_words
from shangfa.documents.source import Source
from shangfa.domain.faults import RefusedError
from shangfa.domain.policies.version import Version
from shangfa.sdk.guards import Finding
from shangfa.services.clock import today
from shangfa.services.policies.findings import lint
from shangfa.services.tenancy.ready import ReadyTenant, Words

CatalogueRow = tuple[str, ...]
"""A row in the columns of `documents.policy.catalogue.COLUMNS`."""


T = TypeVar("T")
KEPT: Final = 32
"""Documents of which is remembered what they are; the oldest is forgotten first."""
_kept: Final[LRUCache[Hashable, Any]] = LRUCache(KEPT)
_lock: Final = threading.Lock()


def remembered(tenant: ReadyTenant, what: Hashable, make: Callable[[], T]) -> T:
    """Return what is made of a document, made once for the same tenant, revision and day.

    It must never be changed.
    """
    key = (tenant.id, tenant.revision, today(tenant.zone), what)
    with _lock:
        if key in _kept:
            found: T = _kept[key]
            return found
    made = make()
    with _lock:
        _kept[key] = made
    return made


@dataclass(frozen=True, slots=True)
class Valid:
    """A document that could be published, what its catalogue would be, and what guards find."""

    policy: str
    catalogue: list[CatalogueRow]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class UploadedDraft:
    """A draft that was kept, and what the guards find in it."""

    version: VersionRecord
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document on its way in.

    Attributes:
        verdicts: what the tenant's documents may speak of -> the version it is by these words,
            or what is wrong with it.
        reviews: the tenant's revision -> what the guards find in it.
    """

    source: Source
    text: str
    verdicts: dict[Hashable, Version | RefusedError] = field(default_factory=dict)
    reviews: dict[int, list[Finding]] = field(default_factory=dict)

    def judge(self, words: Words) -> Version | RefusedError:
        """Return the version, or what is wrong, found out once for the same words."""
        kinds = words.kinds
        key = (kinds.enabled, tuple(kinds.terms.items()), tuple(words.attributes.values()))
        if key not in self.verdicts:
            try:
                self.verdicts[key] = checked(self.source, words)
            except RefusedError as error:
                self.verdicts[key] = error
        return self.verdicts[key]

    def review(self, tenant: ReadyTenant) -> list[Finding]:
        """Return what the guards find, found out once for the same tenant.

        Raises:
            RefusedError: every fault of the document.
        """
        version = self.judge(tenant.words)
        if isinstance(version, RefusedError):
            raise version
        if tenant.revision not in self.reviews:
            self.reviews[tenant.revision] = findings_of(version, tenant)
        return self.reviews[tenant.revision]


def checked(source: Source, words: Words) -> Version:
    """Return the version a document describes.

    Raises:
        RefusedError: every fault, words that decide nothing among them.
    """
    version = compile_version(source, words.kinds, attributes=words.attributes)
    faults = dead_words(source, read_document(source), words.kinds)
    if faults:
        raise RefusedError(*faults)
    return version


def findings_of(version: Version, tenant: ReadyTenant) -> list[Finding]:
    """Return what the guards find in a version today.

    Raises:
        PluginFailedError: a guard failed.
    """
    return lint(version, tenant.compliance, tenant.regions, today(tenant.zone))
