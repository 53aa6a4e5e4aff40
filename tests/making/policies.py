"""Policies from text, for tests that need the whole way from the document to the engine."""

from collections.abc import Iterable
from typing import Any

from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import read_yaml
from shangfa.domain.faults import Fault, RefusedError
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.plugins.installed import installed

FIRST = ("letter_points", "fines", "demerit_ladder")


def kinds_of(*plugins: str) -> Kinds:
    """What these installed plugins provide."""
    return installed().kinds(plugins)


def version_from(text: str, plugins: Iterable[str] = FIRST, **parameters: Any) -> Version:
    """The version a YAML text describes, read as the file `policy.yaml`."""
    return compile_version(read_yaml(text, "policy.yaml"), kinds_of(*plugins), 1, parameters)


def policy_from(text: str, plugins: Iterable[str] = FIRST, **parameters: Any) -> Policy:
    """The policy of one version that a YAML text describes."""
    return Policy("policy", [version_from(text, plugins, **parameters)])


def faults_in(text: str, plugins: Iterable[str] = FIRST) -> list[Fault]:
    """Every fault of a YAML text, none when it can be published."""
    try:
        version_from(text, plugins)
    except RefusedError as error:
        return list(error.faults)
    return []
