"""IonQ's service, on this machine."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PARTS = ("circuits", "jobs", "messages", "documents", "routes", "faults")


@pytest.fixture(scope="session")
def loopback():
    """The module loopback.py, beside this file. Each of its parts imports only those before it."""
    for name in (*(f"loopback_{part}" for part in PARTS), "loopback"):
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
    return sys.modules["loopback"]


@pytest.fixture
def cloud(loopback):
    """A running service for v0.4 and v0.3: `cloud.url`, `cloud.key`, `cloud.jobs`, `cloud.faults.add(...)`; see loopback.py."""
    with loopback.Cloud() as running:
        yield running
    assert running.errors == [], running.errors[0]


@pytest.fixture
def service(cloud):
    """Makes our service for the running one; what it is given goes before the defaults."""
    from ionq_runner.ionq import Service

    made = []

    def make(**options):
        made.append(
            Service(**{"remote_host": cloud.url, "api_key": cloud.key, "default_target": "simulator", "max_retry_seconds": 30, **options})
        )
        return made[-1]

    yield make
    for one in made:
        one.close()
