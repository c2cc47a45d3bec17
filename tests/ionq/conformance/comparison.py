"""What the tests of this folder share: circuits, what a notebook sees of a value, and how two runs are compared.

Each test has a notebook, a function of the module and of a service on this machine. What it returns must be equal, and so must the
bodies of its submissions, but for what stands in `BODIES` and in the test itself, each with its reason. A difference that stands
nowhere fails the test, and so does one that stands here and is not there any more.
"""

from __future__ import annotations

import builtins
import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from types import ModuleType
from typing import Any

import cirq
import numpy as np
import sympy

A, B, C = cirq.LineQubit.range(3)
THETA, PHI = sympy.symbols("theta phi")
BELL = cirq.Circuit(cirq.H(A), cirq.CNOT(A, B), cirq.measure(A, B, key="m"))
UNEQUAL = cirq.Circuit(cirq.rx(0.7)(A), cirq.ry(1.9)(B), cirq.CNOT(A, C), cirq.measure(C, A, key="ca"), cirq.measure(B, key="b"))
SWEPT = cirq.Circuit(cirq.rx(THETA)(A), cirq.rz(PHI)(A), cirq.CNOT(A, B), cirq.measure(A, B, key="m"))
TARGETS = ["simulator", "qpu", "qpu.aria-1", "qpu.forte-1"]


class Reason(StrEnum):
    """Why ours is not as cirq_ionq is."""

    OWN_NAME = "a text names the package that it is of"
    KEY_HIDDEN = "the key is shown to nobody who does not ask for its text"
    ZZ_ANGLE = "the documented field of a native zz is `angle`"
    UNDOCUMENTED = "the service documents no such field"
    NUMBER = "the service documents a number"
    TOKEN = "a submission whose answer was lost is found again by its token"
    MASKS = "a measurement inverts the bits that it says it inverts"
    MEASURE_ONLY = "a circuit without gates is abstract, and goes with those of either gate set"
    MIXED = "the service refuses a circuit of both gate sets; so do we, before it is sent"
    SAME_KEY = "of two measurements with one key, one would be lost"
    CONTROLLED = "the service takes gates under controls"
    NEGATIVE_TIME = "a negative time is a negative coefficient"
    IDENTITY = "what changes nothing is not sent"
    THETA_COUNTS = "MS gates of different angles are different gates"
    STRICT_DEVICE = "every qubit of an operation has to be on the device"
    SETTINGS_KEPT = "settings of one job do not become those of the service"
    TEN_KEYS = "IonQ keeps 10 keys of metadata with a job"
    FROZEN = "gates are values, and do not change"
    DEBIAS = "the old name of a setting is sent under the new one"
    ZERO = "0 is a number"
    NO_WARNING = "no warning is shown before anything is sent"
    NULL = "`failure` is null while nothing has failed"
    METADATA_KEPT = "the caller's dictionary stays as it is"
    BATCH_OF_ONE = "a job of several circuits gives a list, also where these are one"
    BATCH_READ = "whether a job holds several circuits is known from the job, and not from what was sent last"
    REASON_GIVEN = "v0.4 says in `failure.message` why a job failed"
    UNSUCCESSFUL = "a job without results raises the exception that says so, whatever it is asked"
    FEWER_GATES = "a gate set gives fewer gates for the same unitary"
    SUMS = "counts add up to the repetitions"
    STARTED = "v0.4 says `started` of a job that runs"
    SENT_ONCE = "a submission that may have been accepted is not repeated"
    RETRIED = "what only reads is asked again after any answer that may change"
    PAGES = "pages are as large as the service makes them"
    EARLY = "arguments are checked before anything is sent"
    LISTED = "it is in the list of differences of bodies"
    LONG_KEYS = "more room is made for measurement keys"
    NO_STATUS = "a text says nothing of a status that there is not"
    HOST = "the address that is shown is the one to which requests go"
    NO_DOCUMENT = "an answer that makes no sense is the service's fault"
    SAME = "written otherwise, and the same"


@dataclass(frozen=True)
class Known:
    """A difference that is meant."""

    theirs: object
    ours: object
    reason: Reason


@dataclass(frozen=True)
class Raised:
    """What a notebook can see of an exception: which `except` clauses catch it, and its status code."""

    kinds: frozenset[str]
    status_code: int | None = None


ABSENT = "(absent)"
ANY = "(whatever it is)"  # in a `Known`

_GATE = r".*\.input\.(circuits\[\d+\]\.)?circuit\[\d+\]"

# What the two send differently in the same call: where, whether the two values are that difference, and why.
BODIES: tuple[tuple[str, Callable[[Any, Any], bool], Reason], ...] = (
    (r"\[\d+\]\.lang", lambda theirs, ours: (theirs, ours) == ("json", ABSENT), Reason.UNDOCUMENTED),
    (r"\[\d+\]\.shots", lambda theirs, ours: theirs == str(ours), Reason.NUMBER),
    (r"\[\d+\]\.metadata\.ionq_runner", lambda theirs, ours: theirs == ABSENT and ours.count(".") == 2, Reason.TOKEN),
    (r"\[\d+\]\.metadata\.invert_masks", lambda theirs, ours: theirs == ABSENT, Reason.MASKS),
    (rf"{_GATE}\.phase", lambda theirs, ours: ours == ABSENT, Reason.ZZ_ANGLE),
    (rf"{_GATE}\.angle", lambda theirs, ours: theirs == ABSENT, Reason.ZZ_ANGLE),
)

# What else ours is, of an exception that is of some kind with cirq_ionq; more `except` clauses catch it, and none fewer.
ALSO: dict[str, frozenset[str]] = {
    "AssertionError": frozenset({"ValueError"}),  # a mistake of the caller is both
    "ValueError": frozenset({"AssertionError"}),
    "IonQSerializerMixedGatesetsException": frozenset({"ValueError", "AssertionError"}),
    "IonQUnsuccessfulJobException": frozenset({"RuntimeError"}),
    "TimeoutError": frozenset({"IonQException"}),
}


def connect(ionq: ModuleType, cloud: Any, **options: Any) -> Any:
    """A service as a notebook makes it."""
    return ionq.Service(**{"remote_host": cloud.url, "api_key": cloud.key, "default_target": "simulator", **options})


def of_modules(make: Callable[[ModuleType], object]) -> tuple[object, object]:
    """What something is with cirq_ionq, and with ours."""
    return make(import_module("cirq_ionq")), make(import_module("ionq_runner.ionq"))


def raised_by(call: Callable[..., object], *args: Any, **options: Any) -> Raised | str:
    """What a call raises, as far as a notebook for cirq_ionq has names for it."""
    theirs = vars(import_module("cirq_ionq.ionq_exceptions"))
    try:
        call(*args, **options)
    except Exception as error:
        names = {kind.__name__ for kind in type(error).__mro__} - {"Exception", "BaseException", "object"}
        return Raised(frozenset(name for name in names if name in theirs or hasattr(builtins, name)), getattr(error, "status_code", None))
    return "nothing"


def differences(theirs: object, ours: object, place: str = "") -> Iterator[tuple[str, object, object]]:
    """Where two values are not equal, and what they are there."""
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
        for key in {**theirs, **ours}:
            yield from differences(theirs.get(key, ABSENT), ours.get(key, ABSENT), f"{place}.{key}".removeprefix("."))
    elif isinstance(theirs, list | tuple) and isinstance(ours, list | tuple) and (type(theirs), len(theirs)) == (type(ours), len(ours)):
        for index, pair in enumerate(zip(theirs, ours, strict=True)):
            yield from differences(*pair, f"{place}[{index}]")
    elif isinstance(theirs, Raised) and isinstance(ours, Raised):
        more = frozenset[str]().union(*(ALSO.get(kind, frozenset()) for kind in theirs.kinds))
        if theirs.status_code != ours.status_code or not theirs.kinds <= ours.kinds <= theirs.kinds | more:
            yield place, theirs, ours
    elif theirs != ours or (type(theirs) is not type(ours) and {type(theirs), type(ours)} != {int, float}):
        yield place, theirs, ours


def unexpected(theirs: object, ours: object, known: Mapping[str, Known]) -> list[object]:
    """The differences that are not meant, and those that are meant and not there."""
    found = {place: (own, other) for place, own, other in differences(theirs, ours)}
    wrong: list[object] = [("gone", place) for place in known if place not in found]
    for place, pair in found.items():
        meant = (known[place].theirs, known[place].ours) if place in known else None
        if meant is None or any(value not in (ANY, seen) for value, seen in zip(meant, pair, strict=True)):
            wrong.append((place, *pair))
    return wrong


def unexpected_in_bodies(theirs: object, ours: object, sent: Mapping[str, Known]) -> list[object]:
    """As above, of submissions, which also differ as `BODIES` says."""
    listed = [
        place
        for place, *pair in differences(theirs, ours)
        if place not in sent and any(re.fullmatch(where, place) and fits(*pair) for where, fits, _ in BODIES)
    ]
    return unexpected(theirs, ours, {**{place: Known(ANY, ANY, Reason.LISTED) for place in listed}, **sent})


def measured(result: cirq.Result) -> dict[str, Any]:
    """All that a notebook gets out of Cirq's result."""
    return {
        "type": type(result).__name__,
        "measurements": {key: (bits.tolist(), bits.shape, str(bits.dtype)) for key, bits in result.measurements.items()},
        "histograms": {key: dict(result.histogram(key=key)) for key in result.measurements},
        "params": dict(result.params.param_dict),
        "data": (list(result.data.columns), result.data.to_numpy().tolist(), [str(dtype) for dtype in result.data.dtypes]),
        "repetitions": result.repetitions,
        "str": str(result),
        "repr": repr(result),
    }


def samples(result: Any) -> Any:
    """What a notebook draws from a simulator's result, or reads from a machine's."""
    if not hasattr(result, "probabilities"):
        return [measured(result.to_cirq_result()), measured(result.to_cirq_result(params=cirq.ParamResolver({"a": 1})))]
    return [
        measured(result.to_cirq_result(seed=2)),
        measured(result.to_cirq_result(cirq.ParamResolver({"a": 1}), np.random.RandomState(2), 12)),
    ]


def outcome(result: Any) -> dict[str, Any]:
    """All that a notebook gets out of a job's result, but for samples."""
    keys = [None, *result.measurement_dict()]
    asked = {
        name: [getattr(result, name)(*(() if key is None else (key,))) for key in keys]
        for name in ("counts", "ordered_results", "probabilities")
        if hasattr(result, name)
    }
    return {
        "type": type(result).__name__,
        "measurement_dict": result.measurement_dict(),
        "num_qubits": result.num_qubits(),
        "repetitions": result.repetitions(),
        "str": str(result),
        "no such key": [raised_by(getattr(result, name), "nope") for name in asked],
        "equal": result == result,
        **asked,
    }


def of_job(job: Any) -> dict[str, Any]:
    """What a job says of itself. Its id differs from service to service."""
    return {
        "is text": isinstance(job.job_id(), str),
        "str": str(job).replace(job.job_id(), "ID"),
        **{name: getattr(job, name)() for name in ("status", "target", "name", "num_qubits", "repetitions", "measurement_dict")},
    }


def named_str(at: str) -> dict[str, Known]:
    """That a job's text, at a place of what a notebook returns, names its package."""
    return {at: Known("cirq_ionq.Job(job_id=ID)", "ionq_runner.ionq.Job(job_id=ID)", Reason.OWN_NAME)}


def serialized(ionq: ModuleType, *circuits: cirq.AbstractCircuit, **options: Any) -> Any:
    """What a serializer makes of circuits, alone or together; or what it raises."""
    serializer = ionq.Serializer()
    call = (
        (lambda: serializer.serialize_single_circuit(*circuits, **options))
        if len(circuits) == 1
        else (lambda: serializer.serialize_many_circuits(list(circuits), **options))
    )
    raised = raised_by(call)
    return dataclasses.asdict(call()) if raised == "nothing" else raised
