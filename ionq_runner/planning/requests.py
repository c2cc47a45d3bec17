"""What is asked of a target: the backend with its options, as far as they change results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.planning.collapsing import requested
from ionq_runner.planning.expand import Expansion
from ionq_runner.planning.service import batch_of

__all__ = ["Request", "local_settings", "request_for"]


@dataclass(frozen=True, slots=True)
class Request:
    """A target with one way to mitigate errors there. Equal ones share executions."""

    target: str
    backend: str
    asked: Mapping[str, Any]  # what goes into the identity of an execution
    noise: NoiseModel
    seed: int
    batch: int  # circuits in a job; 0: as many as fit

    @property
    def local(self) -> bool:
        """Whether this computer answers it."""
        return self.backend == "local"


def request_for(expansion: Expansion, name: str, mitigation: str) -> Request:
    """What a target is asked for with one mitigation setting. Raises ProblemFound where its batch is no number."""
    constants, target = expansion.constants, expansion.experiment.targets.get(name)
    noise = constants.noise.get(name, NoiseModel())
    seed = constants.noise_seeds.get(name, expansion.seed)
    if target is None or target.local:
        return Request(name, "local", local_settings(noise, seed), noise, seed, 0)
    asked = {"backend": target.backend.name, **requested(expansion.experiment, name, mitigation)}
    if not target.machine:
        asked |= {"noise": target.noise.model.name if target.noise and target.noise.model else "ideal", "seed": seed}
    given = {
        "compilation": target.compilation,
        "gateset": target.gateset.name if target.gateset else "",
        "extra": target.extra,
    }
    asked |= {key: value for key, value in given.items() if value}
    return Request(name, target.backend.name, asked, NoiseModel(), seed, batch_of(target, constants))


def local_settings(noise: NoiseModel, seed: int) -> dict[str, Any]:
    """What goes into the identity of an execution on this computer."""
    return {"backend": "local", "one_qubit": noise.one_qubit, "two_qubit": noise.two_qubit, "spam": noise.spam, "seed": seed}
