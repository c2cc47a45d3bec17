"""Words that a person cannot choose as a name: the words of the language, and the columns of the tables."""

from __future__ import annotations

from ionq_runner.expressions.parser import CONSTANTS, FUNCTIONS

__all__ = ["COLUMNS", "WORDS"]

WORDS = frozenset({*FUNCTIONS, *CONSTANTS, "qubits", "all", "in", "step", "and", "or", "not", "only", "zip", "product", "concat", "file"})

COLUMNS = frozenset({
    "point", "label", "circuit", "target", "mitigation", "replicate", "repetitions", "status", "execution", "job", "error",
    "basis", "bitstring", "outcome", "count", "frequency", "probability",
    "fit", "parameter", "estimate", "stderr", "chi2_reduced", "points", "summary", "value",
})  # fmt: skip
