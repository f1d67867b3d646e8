"""The shape of docker-compose.yml: no container engine is needed to see whether it holds together."""

import re

import pytest
import yaml

from cdc_portal import serve
from tests.processes import ROOT

OWN = ["prepare", "web", "worker", "beat"]
LEANED_ON = ["postgres", "redis", "store", "mail"]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


def test_every_service_is_there(services):
    assert sorted(services) == sorted(OWN + LEANED_ON)


def test_own_services_share_one_image_and_production_settings(services):
    assert {services[name]["image"] for name in OWN} == {"cdc-portal"}
    assert {services[name]["environment"]["PORTAL_MODE"] for name in OWN} == {"production"}


def test_every_lasting_service_has_a_health_check(services):
    assert [name for name in services if "healthcheck" not in services[name]] == ["prepare"]


def test_health_checks_and_commands_name_processes_that_exist(services):
    for name in ["web", "worker", "beat"]:
        assert services[name]["command"] == ["python", "-m", "cdc_portal.serve", name]
        assert services[name]["healthcheck"]["test"] == [
            *("CMD", "python", "-m", "cdc_portal.serve", "health", name)
        ]
        assert name in serve.COMMANDS
        assert name in serve.HEALTH


def test_nothing_starts_before_what_it_needs(services):
    assert services["prepare"]["depends_on"] == {
        name: {"condition": "service_healthy"} for name in ["postgres", "redis", "store"]
    }
    for name in ["web", "worker", "beat"]:
        assert services[name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}


def test_worker_can_be_scaled(services):
    worker = services["worker"]

    # A name, a published port or a fixed host name would be taken by the first of them.
    assert {"container_name", "ports", "hostname", "volumes"}.isdisjoint(worker)


def test_only_loopback_is_published(services):
    published = [port for service in services.values() for port in service.get("ports", [])]

    assert len(published) == 2
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_secrets_come_from_the_env_file_alone(services):
    own = [services[name] for name in OWN]

    assert {service["env_file"] for service in own} == {".env"}
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|ACCESS_KEY|ROOT_USER", name):
                assert re.fullmatch(r"\$\{\w+:\?set it in \.env\}", value), name
    assert not {"SECRET_KEY", "HISTORY_KEY"} & {name for service in own for name in service["environment"]}


def test_volumes_are_declared(compose, services):
    used = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}

    assert used == set(compose["volumes"])


def test_image_starts_what_compose_asks_for():
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")

    assert '"cdc_portal.serve", "web"' in dockerfile
    assert "--require-hashes -r requirements.txt" in dockerfile
    assert "USER portal" in dockerfile
    for library in ["libpango-1.0-0", "libpangoft2-1.0-0"]:
        assert library in dockerfile
