"""What a job gives: counts of a machine, probabilities of a simulator, and both as Cirq's results.

An outcome is a whole number whose highest bit is the first qubit (big endian, as in Cirq); the service's own numbers have the first
qubit lowest (`outcome_of`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import cirq
import numpy as np
from numpy.typing import NDArray

from ionq_runner.ionq.errors import InvalidArgument, IonQResponseException

__all__ = ["QPUResult", "ShotResult", "SimulatorResult", "Variant", "counts_of", "outcome_of", "probabilities_of"]

SUM_TOLERANCE = 1e-3  # what the probabilities of a histogram may miss of 1 in all
ROUNDING = 1e-12  # below 0 that is 0
SAMPLED_TOLERANCE = 1e-5  # within which weights are made to add up to 1 before samples are drawn


class _Measured:
    """What all results know: how many qubits there were, and which of them each key names."""

    def __init__(
        self, num_qubits: int, measurement_dict: Mapping[str, Sequence[int]], invert_masks: Mapping[str, Sequence[int]] | None
    ) -> None:
        self._num_qubits = num_qubits
        self._measurement_dict: dict[str, Sequence[int]] = dict(measurement_dict)
        self._invert_masks = {key: tuple(mask) for key, mask in (invert_masks or {}).items() if key in measurement_dict}

    def num_qubits(self) -> int:
        """How many qubits the circuit has."""
        return self._num_qubits

    def measurement_dict(self) -> dict[str, Sequence[int]]:
        """Each measurement key with the qubits that it names."""
        return self._measurement_dict

    def _bits(self, outcome: int, key: str) -> list[int]:
        """The bits of a key in an outcome, inverted where the measurement says so."""
        mask = self._invert_masks.get(key, ())
        targets = self._measurement_dict[key]
        inverted = [*mask, *(0 for _ in range(len(targets) - len(mask)))]
        return [((outcome >> (self._num_qubits - 1 - target)) & 1) ^ flip for target, flip in zip(targets, inverted, strict=True)]

    def _value(self, outcome: int, key: str | None) -> int:
        """An outcome as the number that a key, or all qubits, show."""
        return outcome if key is None else int("".join(map(str, self._bits(outcome, key))) or "0", 2)

    def _check(self, key: str | None) -> None:
        if key is not None and key not in self._measurement_dict:
            known = ", ".join(f"`{name}`" for name in self._measurement_dict) or "none"
            raise InvalidArgument(f"no measurement of the circuit has the key `{key}`; its keys: {known}")

    def _result(self, outcomes: Sequence[int], times: NDArray[np.int64] | None, params: cirq.ParamResolver | None) -> cirq.Result:
        """Cirq's result: a row for each repetition. `times` says how often each outcome comes, or None for once."""
        if not self._measurement_dict:
            raise InvalidArgument(
                "the circuit measured nothing under a key, or the metadata of its job, which would say so, do not: "
                "there is nothing that a cirq.Result could hold"
            )
        measurements: dict[str, NDArray[Any]] = {}
        for key, targets in self._measurement_dict.items():
            rows = np.array([self._bits(outcome, key) for outcome in outcomes], dtype=np.int64).reshape(len(outcomes), len(targets))
            measurements[key] = rows if times is None else np.repeat(rows, times, axis=0)
        return cirq.ResultDict(params=params or cirq.ParamResolver({}), measurements=measurements)

    def _content(self) -> tuple[object, ...]:
        measured = {key: tuple(targets) for key, targets in self._measurement_dict.items()}
        return self._num_qubits, measured, {key: mask for key, mask in self._invert_masks.items() if any(mask)}

    def _lines(self, values: Mapping[int, object]) -> str:
        return "\n".join(f"{outcome:0{self._num_qubits}b}: {value}" for outcome, value in values.items())


class QPUResult(_Measured):
    """The counts that a machine gave.

    Args:
        counts: How often each outcome of all qubits was seen.
        num_qubits: How many qubits there are.
        measurement_dict: Each measurement key with its qubits.
        invert_masks: For the keys whose measurement inverts bits, 1 where it does.
    """

    def __init__(
        self,
        counts: Mapping[int, int],
        num_qubits: int,
        measurement_dict: Mapping[str, Sequence[int]],
        invert_masks: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        super().__init__(num_qubits, measurement_dict, invert_masks)
        self._counts = dict(sorted(counts.items()))

    def repetitions(self) -> int:
        """How often the circuit was run: the sum of all counts."""
        return sum(self._counts.values())

    def ordered_results(self, key: str | None = None) -> list[int]:
        """A number for each repetition, by ascending outcome of all qubits: those of a key's qubits, or of all.

        Raises:
            InvalidArgument: No measurement has this key.
        """
        self._check(key)
        return [value for outcome, count in self._counts.items() for value in [self._value(outcome, key)] * count]

    def counts(self, key: str | None = None) -> Counter[int]:
        """How often each value of a key, or each outcome of all qubits, was seen.

        Raises:
            InvalidArgument: No measurement has this key.
        """
        self._check(key)
        found: Counter[int] = Counter()
        for outcome, count in self._counts.items():
            found[self._value(outcome, key)] += count
        return found

    def to_cirq_result(self, params: cirq.ParamResolver | None = None) -> cirq.Result:
        """Cirq's result. The rows are sorted, not in the order of time, which counts do not know; keys stay correlated.

        Raises:
            InvalidArgument: The circuit measured nothing under a key.
        """
        return self._result(list(self._counts), np.array(list(self._counts.values()), dtype=np.int64), params)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, QPUResult):
            return NotImplemented
        return self._counts == other._counts and self._content() == other._content()

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._lines(self._counts)


class ShotResult(QPUResult):
    """The outcome of every single repetition, in the order of time.

    Args:
        outcomes: The outcome of all qubits in each repetition.
        num_qubits: How many qubits there are.
        measurement_dict: Each measurement key with its qubits.
        invert_masks: For the keys whose measurement inverts bits, 1 where it does.
    """

    def __init__(
        self,
        outcomes: Sequence[int],
        num_qubits: int,
        measurement_dict: Mapping[str, Sequence[int]],
        invert_masks: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        super().__init__(Counter(outcomes), num_qubits, measurement_dict, invert_masks)
        self._outcomes = tuple(outcomes)

    def ordered_results(self, key: str | None = None) -> list[int]:
        """A number for each repetition in the order of time: that of a key's qubits, or of all.

        Raises:
            InvalidArgument: No measurement has this key.
        """
        self._check(key)
        return [self._value(outcome, key) for outcome in self._outcomes]

    def to_cirq_result(self, params: cirq.ParamResolver | None = None) -> cirq.Result:
        """Cirq's result, its rows in the order of time.

        Raises:
            InvalidArgument: The circuit measured nothing under a key.
        """
        return self._result(self._outcomes, None, params)


class SimulatorResult(_Measured):
    """The probabilities that a simulator gave; repetitions are drawn from them here.

    Args:
        probabilities: The probability of each outcome of all qubits.
        num_qubits: How many qubits there are.
        measurement_dict: Each measurement key with its qubits.
        repetitions: How often the job asked for the circuit to be run.
        invert_masks: For the keys whose measurement inverts bits, 1 where it does.
    """

    def __init__(
        self,
        probabilities: Mapping[int, float],
        num_qubits: int,
        measurement_dict: Mapping[str, Sequence[int]],
        repetitions: int,
        invert_masks: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        super().__init__(num_qubits, measurement_dict, invert_masks)
        self._probabilities = dict(probabilities)
        self._repetitions = repetitions

    def repetitions(self) -> int:
        """How often the job asked for the circuit to be run."""
        return self._repetitions

    def probabilities(self, key: str | None = None) -> dict[int, float]:
        """The probability of each value of a key, or of each outcome of all qubits.

        Raises:
            InvalidArgument: No measurement has this key.
        """
        self._check(key)
        if key is None:
            return dict(self._probabilities)
        found: dict[int, float] = {}
        for outcome, probability in self._probabilities.items():
            value = self._value(outcome, key)
            found[value] = found.get(value, 0.0) + probability
        return found

    def to_cirq_result(
        self,
        params: cirq.ParamResolver | None = None,
        seed: cirq.RANDOM_STATE_OR_SEED_LIKE = None,
        override_repetitions: int | None = None,
    ) -> cirq.Result:
        """Draw repetitions from the probabilities, anew in every call.

        Args:
            params: The parameters that the circuit had.
            seed: What Cirq takes as a seed. The same seed draws what cirq_ionq draws.
            override_repetitions: How many to draw; as many as the job asked for where this is None.

        Raises:
            InvalidArgument: The circuit measured nothing under a key.
            IonQResponseException: The probabilities do not add up to 1.
        """
        if not self._measurement_dict:
            return self._result((), None, params)  # says why not
        outcomes, weights = list(self._probabilities), np.array(list(self._probabilities.values()), dtype=float)
        total = math.fsum(weights.tolist())
        if not abs(total - 1.0) <= SAMPLED_TOLERANCE:
            raise IonQResponseException(f"the probabilities add up to {total}, and not to 1")
        size = self._repetitions if override_repetitions is None else override_repetitions
        # The call and its order are cirq_ionq's, so that a seed gives the samples that it gave there.
        drawn = cirq.value.parse_random_state(seed).choice(len(outcomes), p=weights / sum(weights.tolist()), size=size)
        rows = self._result(outcomes, None, params)
        return cirq.ResultDict(params=rows.params, measurements={key: bits[drawn] for key, bits in rows.measurements.items()})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SimulatorResult):
            return NotImplemented
        mine, its = ((result._probabilities, result._repetitions, result._content()) for result in (self, other))
        return mine == its

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._lines(self._probabilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of the circuits into which a debiased job was turned."""

    id: str
    shots: int | None
    qubit_map: tuple[int, ...] | None
    result: QPUResult | None  # where the service gives it
    document: Mapping[str, Any] = field(repr=False)


def outcome_of(number: str | int, num_qubits: int, shown: int | None = None) -> int:
    """An outcome in the service's own number, whose lowest bit is the first qubit, as a number whose highest bit is.

    Args:
        number: The service's.
        num_qubits: How many qubits were measured.
        shown: How many of them, from the first on, are wanted; all where this is None.

    Raises:
        IonQResponseException: It is no outcome of so many qubits.
    """
    text = str(number)
    if not (text.isascii() and text.isdecimal() and len(text) <= num_qubits + 1) or int(text) >> num_qubits:
        raise IonQResponseException(f"`{text[:80]}` is no outcome of {num_qubits} qubits")
    bits = f"{int(text):0{num_qubits}b}"[::-1]
    return int(bits[:shown] or "0", 2)


def probabilities_of(histogram: object, num_qubits: int, shown: int | None = None) -> dict[int, float]:
    """The probabilities in a document of the service, by outcome.

    Args:
        histogram: The service's.
        num_qubits: How many qubits were measured.
        shown: How many of them, from the first on, are wanted, the others being summed over; all where this is None.

    Raises:
        IonQResponseException: They are none.
    """
    if not isinstance(histogram, Mapping) or not histogram:
        raise IonQResponseException("the service's histogram is empty")
    found: dict[int, float] = {}
    seen: set[int] = set()
    for number, value in _items(histogram):
        if not -ROUNDING <= value <= 1.0 + SUM_TOLERANCE:
            raise IonQResponseException(f"outcome {number} has the probability {value}, which cannot be one")
        outcome = outcome_of(number, num_qubits, shown)
        if int(number) in seen:
            raise IonQResponseException(f"the service's histogram has outcome {number} twice")
        seen.add(int(number))
        found[outcome] = found.get(outcome, 0.0) + max(0.0, value)
    total = math.fsum(found.values())
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise IonQResponseException(f"the probabilities add up to {total}, and not to 1")
    return found


def counts_of(probabilities: Mapping[int, float], repetitions: int) -> dict[int, int]:
    """Counts that add up to the repetitions: each share rounded down, and the largest remainders up. Outcomes with none are left out.

    Where a machine has discarded shots, the probabilities are those of the kept ones, so that these counts are theirs, scaled.
    """
    total = math.fsum(probabilities.values())
    shares = {outcome: repetitions * probability / total for outcome, probability in probabilities.items()}
    whole = {outcome: math.floor(share + 1e-9) for outcome, share in shares.items()}
    by_remainder = sorted(shares, key=lambda outcome: (whole[outcome] - shares[outcome], outcome))
    for outcome in by_remainder[: max(0, repetitions - sum(whole.values()))]:
        whole[outcome] += 1
    return {outcome: count for outcome, count in whole.items() if count}


def _items(histogram: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for number, value in histogram.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise IonQResponseException(f"the probability of outcome {str(number)[:80]} is no number")
        if abs(value) > 2:
            raise IonQResponseException(f"outcome {str(number)[:80]} has a probability that cannot be one")
        yield number, float(value)
