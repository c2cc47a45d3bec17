"""Targets: known backends, noise whose numbers are known, and only options that mean something there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Severity, Span
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.ionq.facts.backends import MACHINES, NOISE_MODELS, QPUS, UNPUBLISHED_NOISE_MODELS
from ionq_runner.language.experiment import Experiment, Noise, Target

__all__ = ["check_targets"]

_ALL_MODELS = (*NOISE_MODELS, *UNPUBLISHED_NOISE_MODELS)
_RATES = ("one_qubit", "two_qubit", "spam")

# What the options of the service are for. On this computer each of them would change nothing.
_SERVICE = {
    "compilation": "it tells the service's compiler how to work",
    "gateset": "it says in which gates circuits are sent to the service",
    "session": "it names a session that is reserved on a machine",
    "api_version": "it is the version of the service's API",
    "batch": "it says how many circuits a job of the service holds",
    "extra": "it is passed on to the service",
}


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
    known: tuple[str, ...] = tuple(NOISE_MODELS)
    otherwise: str = "; or give `one_qubit` and `two_qubit` rates"

    @property
    def hint(self) -> str:
        return did_you_mean(self.name, self.known) or f"the models are {', '.join(self.known)}{self.otherwise}"


class UnpublishedNoise(Problem):
    """A noise model of which IonQ publishes no numbers, on the local simulator."""

    code: ClassVar[str] = "E603"
    text: ClassVar[str] = "IonQ publishes no numbers for the noise model `{name}`, so it cannot be simulated on this computer"
    remedy: ClassVar[str] = "use one of {published}, or give `one_qubit` and `two_qubit` rates of your own; `simulator` has this model"
    name: str
    published: str


class ModelAndRates(Problem):
    """A named model together with rates of one's own."""

    code: ClassVar[str] = "E604"
    text: ClassVar[str] = "a named model has its own rates, and `{key}` gives another"
    remedy: ClassVar[str] = "leave `model` out to give every rate yourself"
    key: str


class OptionDoesNothing(Problem):
    """An option of a target that its backend does not have."""

    code: ClassVar[str] = "E613"
    text: ClassVar[str] = "`{option}` does nothing on `{backend}`: {why}"
    option: str
    backend: str
    why: str
    instead: str = "leave it out"

    @property
    def hint(self) -> str:
        return self.instead


class PassedOn(Problem):
    """Settings that go to the service without being looked at."""

    code: ClassVar[str] = "W614"
    text: ClassVar[str] = "what is under `extra` is passed on to the service as it is, and nothing of it is checked here"
    remedy: ClassVar[str] = "where the language has a key for it, use that"
    severity: ClassVar[Severity] = Severity.WARNING


class NoNativeGates(Problem):
    """Native gates asked for where nothing says of which machine."""

    code: ClassVar[str] = "E615"
    text: ClassVar[str] = "nothing says to which machine's gates circuits are to be compiled: the simulator has those of its noise model"
    remedy: ClassVar[str] = "name a machine's, `noise: {{model: {model}}}`, or leave `gateset` out"
    model: str


def check_targets(experiment: Experiment, problems: Problems) -> None:
    """Check the backend, the noise and the options of every target."""
    for target in experiment.targets.values():
        name = target.backend.name
        if name in ("local", "simulator", *QPUS):
            options = {option.name: option.span for option in target.options}
            for problem in _idle_options(target, options):
                problems.add(problem)
            if target.noise is not None and not target.machine:
                _check_noise(target.noise, target.local, problems)
            if "extra" in options and not target.local:
                problems.add(PassedOn(options["extra"]))
            if not target.local and not target.machine:
                _check_gateset(target, problems)
        else:
            problems.add(UnknownBackend(target.backend.span, name))


def _idle_options(target: Target, options: dict[str, Span]) -> Iterator[Problem]:
    """The options that the backend of a target does not have."""
    backend = target.backend.name
    if target.local:
        for option, what in _SERVICE.items():
            if option in options:
                yield OptionDoesNothing(options[option], option, backend, f"{what}, and `local` sends nothing there")
    elif target.machine and "noise" in options:
        model = backend.removeprefix("qpu.")
        instead = f"leave it out; to simulate the machine, write `{{backend: simulator, noise: {{model: {model}}}}}`"
        instead = instead if model in _ALL_MODELS else "leave it out"
        yield OptionDoesNothing(options["noise"], "noise", backend, "a machine has its own noise", instead)
    elif not target.machine and "session" in options:
        yield OptionDoesNothing(options["session"], "session", backend, "sessions are reserved on machines, `qpu.*`")


def _check_noise(noise: Noise, local: bool, problems: Problems) -> None:
    rates = {key: rate for key in _RATES if (rate := getattr(noise, key)) is not None}
    if not local:
        for key, rate in rates.items():
            instead = "name a model, or run on `local`, which takes rates of your own"
            problems.add(OptionDoesNothing(rate.span, key, "simulator", "the service's simulator has noise models by name", instead))
    if noise.model is None:
        return
    name, span = noise.model.name, noise.model.span
    if name in UNPUBLISHED_NOISE_MODELS:
        if local:
            problems.add(UnpublishedNoise(span, name, ", ".join(NOISE_MODELS)))
    elif name not in NOISE_MODELS:
        problems.add(UnknownNoiseModel(span, name) if local else UnknownNoiseModel(span, name, _ALL_MODELS, ""))
    for key in ("one_qubit", "two_qubit"):
        if local and key in rates:
            problems.add(ModelAndRates(rates[key].span, key))


def _check_gateset(target: Target, problems: Problems) -> None:
    """The simulator has the native gates of the machine whose noise it has."""
    if target.gateset is None or target.gateset.name != "native":
        return
    model = target.noise.model.name if target.noise is not None and target.noise.model is not None else "ideal"
    if model == "ideal" or (model in _ALL_MODELS and f"qpu.{model}" not in MACHINES):
        problems.add(NoNativeGates(target.gateset.span, "forte-1"))
