"""Which mitigation settings make points of their own on a target, and which of them share executions."""

from __future__ import annotations

from typing import Any

from ionq_runner.language.experiment import Experiment, Mitigation, Run
from ionq_runner.planning.mitigation import selected_settings

__all__ = ["collapsed_settings", "points_settings", "requested"]


def points_settings(experiment: Experiment, run: Run | None, target: str, circuit: str) -> tuple[str, ...]:
    """The settings with which a circuit has points on a target, by name; an empty one is none.

    A simulator has no debiasing: there only a correction of readout is a setting of its own. The circuit that measures the errors
    of readout is not corrected itself.
    """
    chosen = selected_settings(experiment, run)
    if not chosen:
        return ("",)
    if _is_machine(experiment, target):
        return tuple(setting.name for setting in chosen)
    corrections: dict[str | None, str] = {}
    for setting in chosen:
        readout = None if setting.readout is None or setting.readout.name == circuit else setting.readout.name
        corrections.setdefault(readout, "" if readout is None else setting.name)
    return tuple(corrections.values())


def collapsed_settings(experiment: Experiment, run: Run | None, target: str) -> tuple[str, ...]:
    """The settings of a run that make no points of their own on a target, because it is a simulator."""
    chosen = selected_settings(experiment, run)
    if not chosen or _is_machine(experiment, target):
        return ()
    kept = {name for circuit in experiment.circuits for name in points_settings(experiment, run, target, circuit)}
    return tuple(setting.name for setting in chosen if setting.name not in kept)


def requested(experiment: Experiment, target: str, name: str) -> dict[str, Any]:
    """What a setting changes about the job: settings for which it is equal share executions."""
    if not _is_machine(experiment, target):
        return {}
    setting = experiment.mitigation.get(name) or Mitigation(name="", span=experiment.span)
    return {"debias": bool(setting.debias)} | ({"symmetry_verification": True} if setting.symmetry_verification else {})


def _is_machine(experiment: Experiment, target: str) -> bool:
    return target in experiment.targets and experiment.targets[target].machine
