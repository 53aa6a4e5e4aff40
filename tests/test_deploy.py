"""The files of deploy/ fit the program: ports, paths, times, who is told what."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.making.house import ROOT

from shangfa.services.running.health import DEADLINE
from shangfa.services.running.probes import PROBES

KUBERNETES, SERVICE = yaml.safe_load_all((ROOT / "deploy/k8s/shangfa.yaml").read_text())
POD = KUBERNETES["spec"]["template"]["spec"]
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
OWNER = "SHANGFA_OWNER_URL"
CONFIGURATION = (ROOT / "platform/shangfa/api/running/gunicorn_conf.py").read_text()
GRACE = int(CONFIGURATION.partition("\ngraceful_timeout = ")[2].split()[0])
"""Seconds that gunicorn gives its requests; importing the configuration would open its meters."""


def variables(container: Any) -> dict[str, str]:
    return {item["name"]: item.get("value", "") for item in container["env"]}


@pytest.mark.parametrize("container", POD["containers"], ids=lambda item: str(item["name"]))
def test_probes_ask_a_port_of_their_own_and_wait_long_enough(container: Any) -> None:
    ports = {item["name"]: item["containerPort"] for item in container["ports"]}
    asked = {name: probe for name, probe in container.items() if name.endswith("Probe")}
    assert {"startupProbe", "livenessProbe"} <= set(asked)
    for name, probe in asked.items():
        assert probe["httpGet"]["path"] in PROBES
        own = ports[probe["httpGet"]["port"]]
        assert variables(container)["SHANGFA_HEALTH_BIND"] == f"0.0.0.0:{own}"
        assert name == "startupProbe" or probe["timeoutSeconds"] > DEADLINE


def test_containers_of_one_pod_do_not_want_the_same_port() -> None:
    taken = [port["containerPort"] for item in POD["containers"] for port in item["ports"]]
    assert len(taken) == len(set(taken))


def test_only_the_migration_is_told_the_owner() -> None:
    assert not [item["name"] for item in POD["containers"] if OWNER in variables(item)]
    assert [item["name"] for item in POD["initContainers"] if OWNER in variables(item)] == [
        "migrate"
    ]
    told = [name for name, item in COMPOSE["services"].items() if OWNER in item["environment"]]
    assert told == ["migrate"]


def test_requests_get_their_time_when_a_deployment_stops() -> None:
    assert POD["terminationGracePeriodSeconds"] > GRACE
    for name in ("app", "worker"):
        patience = COMPOSE["services"][name]["stop_grace_period"]
        assert int(patience.removesuffix("s")) > GRACE
