"""The models of a fit that have a name: what their parameters are called, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["MODELS", "Model"]


@dataclass(frozen=True, slots=True)
class Model:
    """A curve with a name. In its formula `x` stands for the axis along which it is fitted."""

    name: str
    formula: str  # as an expression of the language
    parameters: Mapping[str, str]  # by name, each with its meaning
    about: str


MODELS: Mapping[str, Model] = {
    model.name: model
    for model in (
        Model(
            "line",
            "slope*x + intercept",
            {"slope": "the rise for each unit of x", "intercept": "the value at x = 0"},
            "A straight line.",
        ),
        Model(
            "cosine",
            "offset + amplitude*cos(frequency*x + phase)",
            {
                "offset": "the middle of the fringe",
                "amplitude": "from the middle to the top, 0 or more",
                "frequency": "radians for each unit of x",
                "phase": "in radians, at x = 0",
            },
            "A fringe.",
        ),
        Model(
            "decay",
            "offset + amplitude*p**x",
            {"offset": "the value at the far end", "amplitude": "the height above it at x = 0", "p": "what is left after each unit of x"},
            "A decay by steps, as in randomized benchmarking.",
        ),
        Model(
            "exponential",
            "offset + amplitude*exp(-rate*x)",
            {"offset": "the value at the far end", "amplitude": "the height above it at x = 0", "rate": "per unit of x"},
            "A decay in time.",
        ),
    )
}
