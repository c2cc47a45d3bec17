"""Ids: blind to how a thing is written, and different for whatever is run differently."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner.circuits.program import Gate, Measurement, Program
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.planning.identity import execution_digests, numbered, point_ids, setting_prefix
from ionq_runner.planning.requests import local_settings

BELL = "[h 0, cnot 0 1]"
NOISY = "targets: {noisy: {backend: local, noise: {model: aria-1}}}\n"

SAME = {
    "controlled gates": (BELL, "[h 0, cx 0 1]"),
    "a gate under control": (BELL, "[h 0, {control: 0, do: x 1}]"),
    "IonQ's JSON": (BELL, "[{gate: h, target: 0}, {gate: cnot, control: 0, target: 1}]"),
    "synonyms": ("[s 0, si 0, t 0, ti 0, v 0, x 0, cz 0 1]", "[s 0, sdg 0, t 0, tdg 0, sx 0, not 0, {control: 0, do: z 1}]"),
    "angles": ("[rx(pi/2) 0, rz(-pi/4) 1]", "[rx(2*pi/4) 0, rz(2*pi*(-1/8)) 1]"),
    "angles as numbers": ("[rx(pi/2) 0, rx(1/3) 0, rz(0) 1]", "[rx(1.5707963267948966) 0, rx(0.333333333333333) 0, rz(-0) 1]"),
    "all, a range, a list": ("[h all, x 0..1]", "[h 0 1, x 0, x 1]"),
    "a loop": ("[{for: q in 0..1, do: rx(q/2) q}]", "[rx(0) 0, rx(0.5) 1]"),
    "a loop backwards": ("[{for: q in 1..0 step -1, do: h q}]", "[h 1, h 0]"),
    "a repeat": ("[{repeat: 3, do: [h 0, cnot 0 1]}]", "[h 0, cnot 0 1, h 0, cnot 0 1, h 0, cnot 0 1]"),
    "an inverse": ("[{inverse: [h 0, s 0, rx(0.3) 1]}]", "[rx(-0.3) 1, si 0, h 0]"),
    "a fold": ("[{fold: 3, do: [h 0, t 1]}]", "[h 0, t 1, ti 1, h 0, h 0, t 1]"),
    "what is left out": ("[h 0, {if: 2 < 1, do: x 1}, {repeat: 0, do: x 0}]", "[h 0]"),
}


@pytest.fixture(scope="module")
def executions(plan_of, circuit):
    """The execution ids of a circuit on two qubits, in order."""
    return lambda gates, more="", head=(), **keys: plan_of(circuit(gates, more, **{"qubits": "2", **keys}), **dict(head)).execution_ids()


@pytest.mark.parametrize("spelling", SAME)
def test_an_execution_is_what_is_run_however_it_is_spelled(executions, spelling):
    one, other = SAME[spelling]
    assert executions(one) == executions(other)


def test_a_block_is_what_it_does(executions):
    block = "blocks: {bell: {parameters: [a], qubits: [i, j], gates: [h i, cnot i j, rz(2*a) j]}}\n"
    assert executions("[bell(0.5) 1 0]", more=block) == executions("[h 1, cnot 1 0, rz(1) 0]")


@pytest.mark.parametrize(("one", "other"), [
    ("qubits", "{alice: 0..1}"), ("[0, 1]", "{alice: 0, bob: 1}"), ("[0, 1]", "{a: [0], b: [1]}"),
])  # fmt: skip
def test_names_of_measurement_keys_do_not_enter(executions, one, other):
    one = executions(BELL) if one == "qubits" else executions(BELL, measure=one)
    assert one == executions(BELL, measure=other)


def test_a_model_is_its_rates(executions):
    rates = "targets: {mine: {backend: local, noise: {one_qubit: 5e-4, two_qubit: 0.0133}}}\n"
    assert executions(BELL, more=NOISY) == executions(BELL, more=rates)
    assert executions(BELL) == executions(BELL, more="targets: {x: {backend: local, noise: {model: ideal}}}\n")


def test_axes_are_their_values(executions):
    listed = executions("[rx(phi) 0]", sweep="{phi: [0, pi/4, pi/2, 3*pi/4, pi]}")
    assert listed == executions("[rx(phi) 0]", sweep="{phi: {linspace: [0, pi, 5]}}")
    assert listed == executions("[rx(phi) 0]", sweep="{phi: 0..pi step pi/4}")
    assert listed == executions("[rx(pi*k/4) 0]", sweep="{k: 0..4}")
    assert listed == executions("[rx(phi) 0]", sweep="{k: 0..4}", parameters="{phi: k*pi/4}")


LAYOUTS = [
    "circuits:\n  c:\n    qubits: 2\n    gates:\n      - h 0\n      - rx(phi/2) 1\n    sweep:\n      phi: [1, 2]\n",
    "# a comment\ncircuits:   # what\n  c:\n    sweep: {phi: [1, 2]}   # where to\n    gates: [h 0, rx(phi/2) 1]\n    qubits: 2\n",
    'circuits: {"c": {qubits: "2", gates: ["h 0", \'rx( phi / 2 )   1\'], sweep: {phi: ["1", 2.0]}}}\n',
    "circuits:\r\n  c:\r\n    qubits: 2\r\n    gates: [h 0,\r\n      rx(phi/2) 1]\r\n    sweep: {phi: 1..2}\r\n",
]


@pytest.mark.parametrize("layout", LAYOUTS[1:])
def test_layout_comments_and_quotes_do_not_enter(plan_of, layout):
    assert plan_of(layout).digest == plan_of(LAYOUTS[0]).digest


def test_names_enter_the_ids_of_points_alone(plan_of, ids_of):
    def ids(circuit, axis, target):
        return plan_of(
            f"circuits: {{{circuit}: {{gates: [rx({axis}) 0], sweep: {{{axis}: [1, 2]}}}}}}\n"
            f"targets: {{{target}: {{backend: local, noise: {{spam: 0.1}}}}}}\n"
        )

    plans = [ids("c", "phi", "x"), ids("d", "phi", "x"), ids("c", "theta", "x"), ids("c", "phi", "y")]
    assert len({tuple(plan.execution_ids()) for plan in plans}) == 1
    assert len({point for plan in plans for point in plan.points.id.tolist()}) == 8


def test_the_order_of_definitions_does_not_enter(plan_of, ids_of):
    parts = {
        "circuits": ("c: {gates: [rx(phi) 0, g 1], sweep: {phi: [0, 1]}}", "d: {gates: [ry(a) 0, x 2]}"),
        "targets": ("ideal: local", "noisy: {backend: local, noise: {model: aria-1}}"),
        "parameters": ("a: 1", "b: 2"),
        "blocks": ("f: {qubits: [q], gates: [h q]}", "g: {qubits: [q], gates: [f q, rx(b) q]}"),
    }
    found = []
    for order in itertools.product(*(itertools.permutations(lines) for lines in parts.values())):
        blocks = [f"{key}:\n" + "".join(f"  {line}\n" for line in lines) for key, lines in zip(parts, order, strict=True)]
        found.append(ids_of(plan_of("".join(blocks))))
    assert len(found) == 16
    assert all(ids == found[0] for ids in found)


def test_the_order_of_axes_moves_points_and_changes_none(plan_of, ids_of, circuit):
    gates = '["rx(x + 10*y + 100*bit(b, 0) + 1000*bit(b, 1)) 0"]'
    one = ids_of(plan_of(circuit(gates, sweep="{x: [1, 2], b: {bitstrings: 2}, y: [3, 5]}")))
    other = ids_of(plan_of(circuit(gates, sweep="{y: [5, 3], x: [2, 1], b: {bitstrings: 2}}")))
    assert len(one) == 16
    assert one == other


CHANGES = {
    "an angle": "[h 0, rx(0.51) 1, cnot 0 1]",
    "an angle in the twelfth decimal": "[h 0, rx(0.500000000001) 1, cnot 0 1]",
    "a gate": "[h 0, ry(0.5) 1, cnot 0 1]",
    "a gate for an equal one": '[h 0, "u(0.5, -pi/2, pi/2) 1", cnot 0 1]',
    "the order of gates": "[rx(0.5) 1, h 0, cnot 0 1]",
    "operands": "[h 0, rx(0.5) 1, cnot 1 0]",
    "a control more": "[h 0, rx(0.5) 1, {control: 0, do: cnot 1 2}]",
    "a gate more": "[h 0, rx(0.5) 1, cnot 0 1, x 2]",
}


def test_whatever_is_run_differently_has_another_id(plan_of, circuit):
    base = {
        "gates": "[h 0, rx(0.5) 1, cnot 0 1]",
        "qubits": "3",
        "measure": "[0, 1]",
        "more": "targets: {x: {backend: local, noise: {spam: 0.1}}}\n",
    }
    variants = [{"gates": gates} for gates in CHANGES.values()]
    variants += [{"qubits": "4"}, {"measure": "[1, 0]"}, {"measure": "[0]"}, {"measure": "0..2"}]
    noises = [
        "{spam: 0.2}",
        "{one_qubit: 0.1}",
        "{two_qubit: 0.1}",
        "{spam: 0.1, one_qubit: 0.1}",
        "{model: aria-1}",
        "{spam: 0.1, seed: 3}",
    ]
    variants += [{"more": f"targets: {{x: {{backend: local, noise: {noise}}}}}\n"} for noise in noises]
    found = [plan_of(circuit(**{**base, **variant})) for variant in [{}, *variants]]
    found += [plan_of(circuit(**base), repetitions="101"), plan_of(circuit(**base), seed="8")]
    found += [plan_of(circuit(**base) + "runs: {r: {replicates: 2}}\n")]
    ids = [identity for plan in found for identity in plan.execution_ids()]
    assert len(ids) == 1 + len(variants) + 2 + 2
    assert len(set(ids)) == len(ids) - 1  # the first replicate is the execution without replicates
    assert found[-1].execution_ids()[0] == found[0].execution_ids()[0]


ANGLES = {"0": (0, 1), "pi/2": (1, 2), "pi": (1, 1), "-3*pi/4": (-3, 4), "tau": (2, 1), "pi/8": (1, 8)}
SPELLINGS = ["{0}*pi/{1}", "pi*({0}/{1})", "-(-{0})/{1}*pi", "{0}*tau/(2*{1})", "pi*({0} + {1} - {1})/{1}"]
SYNONYMS = {
    "x {0}": "not {0}",
    "cx {0} {1}": "{{control: {0}, do: x {1}}}",
    "s {0}": "{{inverse: sdg {0}}}",
    "ccx {0} {1} 3": "{{control: [{0}, {1}], do: x 3}}",
}
GATES = st.one_of(
    st.tuples(st.sampled_from(sorted(SYNONYMS)), st.permutations(range(3)), st.none(), st.none()),
    st.tuples(
        st.sampled_from(["rx", "ry", "rz", "p"]), st.permutations(range(3)), st.sampled_from(sorted(ANGLES)), st.sampled_from(SPELLINGS)
    ),
)


def written(gates, other: bool) -> str:
    """A list of gates in one of two ways of writing it."""
    lines = []
    for name, qubits, angle, spelling in gates:
        if angle is None:
            lines.append((SYNONYMS[name] if other else name).format(*qubits))
        else:
            text = spelling.format(*ANGLES[angle]) if other else angle
            lines.append(f"{name}({text}) {qubits[0]}")
    return "[" + ", ".join(f'"{line}"' if line[0] != "{" else line for line in lines) + "]"


@settings(max_examples=60, deadline=None)
@given(st.lists(GATES, min_size=1, max_size=8), st.integers(1, 3))
def test_two_spellings_of_any_circuit_are_one_execution(executions, gates, times):
    one = f"[{', '.join([written(gates, other=False)[1:-1]] * times).strip(', ')}]"
    other = f"[{{repeat: {times}, do: {written(gates, other=True)}}}]"
    assert executions(one, qubits="4") == executions(other, qubits="4")


@settings(max_examples=60, deadline=None)
@given(st.lists(GATES, min_size=1, max_size=6), st.lists(GATES, min_size=1, max_size=6))
def test_two_circuits_are_one_execution_only_if_their_gates_are_equal(executions, one, other):
    texts = [written(gates, other=False) for gates in (one, other)]
    assert (executions(texts[0], qubits="4") == executions(texts[1], qubits="4")) == (
        texts[0].replace("tau", "2*pi") == texts[1].replace("tau", "2*pi")
    )


IDEAL = NoiseModel()


def program(*gates, qubits=1, measured=(0,)):
    return Program(qubits, gates, (Measurement("m", measured),))


def digests(program, columns=None, repetitions=(10,), replicates=(0,), noise=IDEAL, seed=1, basis="Z"):
    prefix = setting_prefix(program, basis, local_settings(noise, seed))
    return execution_digests(program, prefix, columns or {}, np.array(repetitions), np.array(replicates))


def test_an_angle_of_a_column_is_the_angle_of_its_row():
    phi = parse_expression(Excerpt.of("2*phi"))
    swept = digests(program(Gate("rx", (phi,), (0,))), {"phi": np.array([0.5, 1.0])}, (10, 10), (0, 0))
    assert swept == [*digests(program(Gate("rx", (1.0,), (0,)))), *digests(program(Gate("rx", (2.0,), (0,))))]


def test_an_angle_in_chunks_is_an_angle_at_once(monkeypatch):
    gates = [Gate("u", (parse_expression(Excerpt.of(f"{k}*phi")), 0.25, 1.0), (0,)) for k in range(5)]
    values = {"phi": np.linspace(-3, 3, 41)}
    whole = digests(program(*gates), values, [7] * 41, list(range(41)))
    monkeypatch.setattr("ionq_runner.planning.identity._CHUNK_BYTES", 8 * 15 * 4)
    assert digests(program(*gates), values, [7] * 41, list(range(41))) == whole


@given(st.floats(-1e3, 1e3), st.floats(-4e-13, 4e-13))
def test_the_last_bits_of_an_angle_do_not_enter(angle, error):
    """What differs by less than half of the twelfth decimal is one angle, unless a boundary of rounding lies between."""
    same = digests(program(Gate("rx", (angle,), (0,)))) == digests(program(Gate("rx", (angle + error,), (0,))))
    assert same == (round(np.float64(angle), 12) == round(np.float64(angle + error), 12))


def test_minus_zero_is_zero():
    assert digests(program(Gate("rx", (0.0,), (0,)))) == digests(program(Gate("rx", (-0.0,), (0,))))
    rows = {"phi": np.array([0.0, -0.0])}
    assert len(set(point_ids(("c", "t", ""), rows, [b"e", b"e"]).tolist())) == 1


def test_angles_too_large_to_have_decimals_are_told_apart(executions):
    assert len({*executions("[rx(1e300) 0]"), *executions("[rx(2e300) 0]"), *executions("[rx(-1e300) 0]")}) == 3


def test_equal_executions_are_numbered_from_0():
    digest = bytes(range(16))
    ids = [numbered(digest, number) for number in range(100)]
    assert ids[0] == digest
    assert len({*ids}) == 100
    assert {len(identity) for identity in ids} == {16}


def test_a_point_id_is_the_hash_of_names_values_and_execution():
    """Pinned, because folders of other people hold such ids: a change here is a new version."""
    columns = {"phi": np.array([0.5]), "mark": np.array(["01"])}
    body = b'["fringe","noisy","","mark","phi"]' + np.array([0.5]).tobytes() + b"0123456789abcdef" + b"01\0"
    assert point_ids(("fringe", "noisy", ""), columns, [b"0123456789abcdef"]).tolist() == [hashlib.sha256(body).hexdigest()[:12].encode()]


def test_an_execution_id_is_the_hash_of_a_text_that_can_be_printed():
    noise = NoiseModel(one_qubit=0.001)
    own = program(Gate("h", (), (0,)), Gate("rx", (0.5,), (1,), (0,)), qubits=2, measured=(1, 0))
    prefix = (
        b'{"version":1,"qubits":2,"gates":[["h",[0],[],[],0],["rx",[1],[0],[],1]],"measured":[1,0],"basis":"Z",'
        b'"target":{"backend":"local","one_qubit":0.001,"two_qubit":0.0,"spam":0.0,"seed":7}}'
    )
    assert setting_prefix(own, "ZZ", local_settings(noise, 7)) == prefix
    assert setting_prefix(own, "XZ", local_settings(noise, 7)) == prefix.replace(b'"basis":"Z"', b'"basis":"XZ"')
    body = prefix + np.array([100, 2], dtype="<i8").tobytes() + np.array([0.5], dtype="<f8").tobytes()
    assert digests(own, None, (100,), (2,), noise, 7) == [hashlib.sha256(body).digest()[:16]]


@pytest.mark.parametrize("column", [np.array([0.1, 0.2, 0.1]), np.array(["01", "10", "01"])])
def test_point_ids_tell_rows_apart_by_value_and_by_execution(column):
    ids = point_ids(("c", "t", ""), {"a": column}, [b"e" * 16, b"e" * 16, b"f" * 16]).tolist()
    assert len(set(ids)) == 3
    assert all(len(identity) == 12 for identity in ids)
    assert set(point_ids(("c", "t", ""), {"b": column}, [b"e" * 16, b"e" * 16, b"f" * 16])).isdisjoint(ids)
