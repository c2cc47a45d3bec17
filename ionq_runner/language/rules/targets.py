"""Targets: known backends, and noise whose numbers are known."""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.ionq.facts.backends import NOISE_MODELS, QPUS, UNPUBLISHED_NOISE_MODELS
from ionq_runner.language.experiment import Experiment, Noise

__all__ = ["check_targets"]


class UnknownBackend(Problem):
    """A backend that does not exist."""

    code: ClassVar[str] = "E601"
    text: ClassVar[str] = "no backend is called `{name}`"
    name: str

    @property
    def hint(self) -> str:
        if f"qpu.{self.name}" in QPUS:
            return f"the machine is `qpu.{self.name}`; its noise on this computer is `{{backend: local, noise: {{model: {self.name}}}}}`"
        return did_you_mean(self.name, ("local", "simulator", *QPUS)) or f"the backends are local, simulator, {', '.join(QPUS)}"


class UnknownNoiseModel(Problem):
    """A noise model that does not exist."""

    code: ClassVar[str] = "E602"
    text: ClassVar[str] = "no noise model is called `{name}`"
    name: str

    @property
    def hint(self) -> str:
        return (
            did_you_mean(self.name, NOISE_MODELS) or f"the models are {', '.join(NOISE_MODELS)}; or give `one_qubit` and `two_qubit` rates"
        )


class UnpublishedNoise(Problem):
    """A noise model of which IonQ publishes no numbers, on the local simulator."""

    code: ClassVar[str] = "E603"
    text: ClassVar[str] = "IonQ publishes no numbers for the noise model `{name}`, so it cannot be simulated on this computer"
    remedy: ClassVar[str] = "use one of {published}, or give `one_qubit` and `two_qubit` rates of your own"
    name: str
    published: str


class ModelAndRates(Problem):
    """A named model together with rates of one's own."""

    code: ClassVar[str] = "E604"
    text: ClassVar[str] = "a named model has its own rates, and `{key}` gives another"
    remedy: ClassVar[str] = "leave `model` out to give every rate yourself"
    key: str


def check_targets(experiment: Experiment, problems: Problems) -> None:
    """Check the backend and the noise of every target."""
    for target in experiment.targets.values():
        backend = target.backend
        if backend.name not in ("local", "simulator", *QPUS):
            problems.add(UnknownBackend(backend.span, backend.name))
        elif target.noise is not None and target.local:
            _check_noise(target.noise, problems)


def _check_noise(noise: Noise, problems: Problems) -> None:
    if noise.model is None:
        return
    name, span = noise.model.name, noise.model.span
    if name in UNPUBLISHED_NOISE_MODELS:
        problems.add(UnpublishedNoise(span, name, ", ".join(NOISE_MODELS)))
    elif name not in NOISE_MODELS:
        problems.add(UnknownNoiseModel(span, name))
    for key, rate in (("one_qubit", noise.one_qubit), ("two_qubit", noise.two_qubit)):
        if rate is not None:
            problems.add(ModelAndRates(rate.span, key))
