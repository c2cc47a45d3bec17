"""Checks across blocks, one module each: what a file means as a whole, beyond the form of its parts.

A rule takes the experiment and adds what it finds; it never changes anything, and rules do not depend on each other.
"""

from __future__ import annotations

from ionq_runner.circuits.collector import uncollected
from ionq_runner.diagnostics import Problems
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.rules.constants import check_constants
from ionq_runner.language.rules.expectations import check_expectations
from ionq_runner.language.rules.families import check_families
from ionq_runner.language.rules.fits import check_fits
from ionq_runner.language.rules.functions import check_functions
from ionq_runner.language.rules.gates import check_gates
from ionq_runner.language.rules.holding import check_holding
from ionq_runner.language.rules.mitigation import check_mitigation
from ionq_runner.language.rules.names import check_names
from ionq_runner.language.rules.observables import check_observables
from ionq_runner.language.rules.runs import check_runs
from ionq_runner.language.rules.scopes import check_scopes
from ionq_runner.language.rules.summaries import check_summaries
from ionq_runner.language.rules.targets import check_targets
from ionq_runner.language.rules.unused import check_unused
from ionq_runner.language.rules.votes import check_votes

__all__ = ["check_rules"]

_RULES = (
    check_names,
    check_scopes,
    check_functions,
    check_gates,
    check_families,
    check_targets,
    check_mitigation,
    check_runs,
    check_holding,
    check_constants,
    check_observables,
    check_votes,
    check_fits,
    check_summaries,
    check_expectations,
)


@uncollected()
def check_rules(experiment: Experiment, problems: Problems) -> None:
    """Everything that is wrong with the meaning of a file and can be told without evaluating it."""
    for rule in _RULES:
        rule(experiment, problems)
    unmade = not all(circuit.made for circuit in experiment.circuits.values())
    if not problems.errors and not unmade:  # what a faulty line, or a circuit to come, would have used looks unused
        check_unused(experiment, problems)
