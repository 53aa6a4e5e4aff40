"""Every hook a plugin may implement, on one page.

All are called once per process, after every installed plugin is found through the
entry-point group `shangfa.plugins`, in the order of the plugins' names. A tenant sees
only what its enabled plugins provide; guards look at every tenant. Two plugins that provide
the same name, a hook that raises and a misspelt hook disable the plugin, which is named; the
others go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pluggy

from shangfa.sdk import ClauseKind, ProgrammeKind, ReactionKind
from shangfa.sdk.guards import Guard

hookspec = pluggy.HookspecMarker("shangfa")


@hookspec
def register_clause_kinds() -> Iterable[ClauseKind[Any]]:
    """Return the ways this plugin assesses a clause.

    A policy names one as `kind:` under a clause or a part of it. The chosen kind's
    `assess` is called directly for each subject of each incident.
    """
    return ()


@hookspec
def register_reactions() -> Iterable[ReactionKind[Any]]:
    """Return the functions from totals to derived totals.

    A policy lists them under `reactions:`. `derive` is called for the total before and
    after every posting it watches; the platform posts the difference.
    """
    return ()


@hookspec
def register_programmes() -> Iterable[ProgrammeKind[Any]]:
    """Return what is evaluated over everybody when a period closes.

    A policy lists them under `programmes:`.
    """
    return ()


@hookspec
def register_guards() -> Iterable[Guard[Any]]:
    """Return what reviews drafts: versions of policies, and months about to be paid.

    The law does not ask who enabled it, so a guard reviews every tenant of a deployment
    that has its plugin installed; the tenant's `compliance` says what becomes of a finding.
    """
    return ()
