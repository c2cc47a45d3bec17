"""Where experiments run, how errors are mitigated, what is run, what it may cost."""

from __future__ import annotations

from ionq_runner.language.grammar.sweeps import SWEEP
from ionq_runner.language.grammar.types import NAMES, NUMBER, Anything, Block, Choice, Flag, Key, Listing, Text

__all__ = ["BUDGET", "MITIGATION", "RUN", "TARGET"]

_NOISE = Block("noise", (
    Key("model", Text("the name of a noise model"), "A machine whose published noise is simulated, or `ideal`."),
    Key("one_qubit", NUMBER, "Depolarising rate after each gate on one qubit."),
    Key("two_qubit", NUMBER, "Depolarising rate after each gate on two qubits."),
    Key("spam", NUMBER, "The chance that a qubit is read flipped."),
    Key("seed", NUMBER, "A seed of the noise's own."),
))  # fmt: skip
_COMPILATION = Block("compilation", (
    Key("opt", NUMBER, "How hard the service's compiler works; 0 leaves the gates as they are."),
    Key("precision", Text("a number"), "How exactly it approximates, such as 1E-3."),
), others=Anything("a setting of the compiler"))  # fmt: skip
_BATCH = Block("batch", (Key("circuits", NUMBER, "How many circuits go in one job.", required=True),))
TARGET = Block("target", (
    Key("backend", Text("a backend"), "`local`, `simulator`, or `qpu.NAME`.", required=True),
    Key("noise", _NOISE, "The noise of a simulator."),
    Key("repetitions", NUMBER, "How often each setting is measured on this target."),
    Key("compilation", _COMPILATION, "How the service compiles."),
    Key("gateset", Choice(("qis", "native")), "`native`: compiled here to the machine's gates."),
    Key("session", Text("the id of a session"), "A session that is reserved on the machine, by its id."),
    Key("api_version", Choice(("v0.3", "v0.4")), "The version of the service's API."),
    Key("batch", _BATCH, "Several circuits in one job."),
    Key("extra", Anything("mapping"), "Passed on to the service as it is."),
))  # fmt: skip

MITIGATION = Block("mitigation setting", (
    Key("debias", Flag(), "Whether the service runs variants of the circuit whose errors average out."),
    Key("sharpen", Flag(), "Whether a plurality vote adds up the variants of a debiased job."),
    Key("aggregation", Text("a way to add up"), "How the service adds up the variants of a debiased job: `average`, `voting`, `dnl`, ..."),
    Key("symmetry_verification", Flag(), "Whether shots that break a symmetry are left out, where the backend has it."),
    Key("readout", Text("the name of a circuit"), "The circuit whose points measure the errors of reading, which are then corrected."),
))  # fmt: skip

BUDGET = Block("budget", (
    Key("cost_usd", NUMBER, "US dollars that may be spent."),
    Key("jobs", NUMBER, "Jobs that may be sent."),
    Key("repetitions", NUMBER, "Repetitions that may be asked for."),
))  # fmt: skip

RUN = Block("run", (
    Key("circuits", NAMES, "The circuits, by name; left out: all."),
    Key("targets", NAMES, "The targets, by name; left out: all."),
    Key("mitigation", Listing(Text("a name"), "a list of names", empty=True),
        "The mitigation settings, by name; left out: all; `[]`: none."),
    Key("repetitions", NUMBER, "How often each setting is measured in this run."),
    Key("replicates", NUMBER, "How many independent times each point is measured."),
    Key("order", Choice(("as_written", "random", "interleaved")), "The order in which points are run."),
    Key("sweep", SWEEP, "Axes that replace the circuits' axes of the same names."),
    Key("after", Text("the name of a run"), "Holds this run back until another one has met what is expected of it."),
))  # fmt: skip
