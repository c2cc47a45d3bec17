"""`show --qasm`, `--cirq`, `--ionq`: the circuit of a point in another language."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent

import cirq
import pytest

from ionq_runner import api

EXPERIMENTS = sorted((Path(__file__).resolve().parents[2] / "experiments").glob("*.yaml"))


def executions(text: str) -> list[str]:
    return api.plan(text.encode(), "t.yaml").execution_ids()


def circuits_of(file: Path) -> list[str]:
    expansion = api.load(file.read_bytes(), str(file)).expansion
    return list(dict.fromkeys(points.circuit.name for points in expansion.circuits))


def test_a_circuit_is_printed_in_openqasm(call):
    done = call("show", "good.yaml", "--qasm", "--at", "phi=pi/2")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        '// pair at phi = 1.5708\nOPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[2] q;\nbit[2] m;\nh q[0];\ncx q[0], q[1];\n'
        "rz(pi/2) q[0];\nrz(pi/2) q[1];\nh q[0];\nh q[1];\nm = measure q;\n"
    )


def test_a_circuit_is_printed_in_ionqs_json(call):
    done = call("show", "good.yaml", "--ionq", "--at", "phi=pi")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "format": "ionq.circuit.v0", "gateset": "qis", "qubits": 2, "circuit": [
            {"gate": "h", "target": 0}, {"gate": "cnot", "control": 0, "target": 1},
            {"gate": "rz", "target": 0, "rotation": 3.141592653589793}, {"gate": "rz", "target": 1, "rotation": 3.141592653589793},
            {"gate": "h", "target": 0}, {"gate": "h", "target": 1},
        ],
    }  # fmt: skip
    assert done.out.count("\n") == len(done.out.splitlines()) == 13


def test_a_circuit_is_printed_in_cirqs_json(call):
    done = call("show", "good.yaml", "--cirq", "--at", "phi=pi")
    assert (done.code, done.err) == (0, "")
    a, b = cirq.LineQubit.range(2)
    assert cirq.read_json(json_text=done.out) == cirq.Circuit(
        cirq.H(a), cirq.CNOT(a, b), cirq.rz(3.141592653589793)(a), cirq.rz(3.141592653589793)(b), cirq.H(a), cirq.H(b),
        cirq.Moment(cirq.measure(a, b, key="m")),
    )  # fmt: skip


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_openqasm_read_back_has_the_same_execution_id(call, file):
    for name in circuits_of(file):
        printed = call("show", file, name, "--qasm")
        assert (printed.code, printed.err) == (0, "")
        text = "ionq_runner: 1\nname: t\nrepetitions: 100\nseed: 5\ncircuits:\n  c:\n    qasm: |\n" + indent(printed.out, "      ")
        first = api.load(file.read_bytes(), str(file)).expansion
        (points,) = [points for points in first.circuits if points.circuit.name == name][:1]
        again = api.load(text.encode(), "t.yaml").expansion.circuits[0].programs[0].at({})
        row = {key: column[0] for key, column in points.columns.items()}
        own = points.programs[0 if points.shape_of is None else points.shape_of[0]].at(row)
        assert (again.gates, again.measured, again.qubits) == (own.gates, own.measured, own.qubits)


def test_the_execution_id_is_that_of_the_statements(call, tmp_path):
    head = "ionq_runner: 1\nname: t\nrepetitions: 100\nseed: 5\ncircuits:\n  c:\n"
    gates = '    qubits: 3\n    gates: [h 0, "u(0.1, 0.2, pi/8) 1", ccx 0 1 2, {control: 0, do: rxx(0.3) 1 2}, vi 2]\n    measure: [2, 0]\n'
    (tmp_path / "t.yaml").write_text(head + gates)
    text = call("show", "t.yaml", "--qasm").out
    assert executions(head + gates) == executions(head + "    qasm: |\n" + indent(text, "      "))
    taken = "    qubits: 3\n    gates: [h 0, ccx 0 1 2, rxx(0.3) 1 2, vi 2, {control: [0, 1], do: h 2}]\n    measure: [2, 0]\n"
    (tmp_path / "t.yaml").write_text(head + taken)
    done = call("show", "t.yaml", "--ionq")
    assert done.err == "IonQ's JSON says nothing of what is measured; beside it write `measure: {m: [2, 0]}`\n"
    assert executions(head + taken) == executions(f"{head}    ionq: {json.dumps(json.loads(done.out))}\n    measure: {{m: [2, 0]}}\n")


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_every_experiment_can_be_printed_in_ionqs_json(call, file):
    for name in circuits_of(file):
        done = call("show", file, name, "--ionq")
        assert done.code == 0
        assert json.loads(done.out)


def test_one_circuit_is_printed_at_a_time(call, tmp_path):
    text = (tmp_path / "good.yaml").read_text().replace("repetitions", "  other: {gates: x 0}\nrepetitions")
    (tmp_path / "two.yaml").write_text(text)
    done = call("show", "two.yaml", "--qasm")
    assert (done.code, done.out) == (2, "")
    assert "--qasm prints one circuit; name one of pair, other" in done.err
    assert call("show", "two.yaml", "other", "--qasm").code == 0


def test_cirqs_json_of_native_gates_is_read_by_cirq(shell, tmp_path):
    native = "ionq_runner: 1\nname: n\nrepetitions: 1\ncircuits: {n: {gates: [gpi2(1/4) 0, zz(1/4) 0 1]}}\n"
    (tmp_path / "native.yaml").write_text(native)
    assert shell("ionq-runner show native.yaml --cirq > native.json").returncode == 0
    import ionq_runner.ionq

    assert ionq_runner.ionq.GPI2Gate, "from the first use of a name on, Cirq's JSON knows them"
    assert [str(op.gate) for op in cirq.read_json(tmp_path / "native.json").all_operations()][:2] == ["GPI2", "ZZ"]
    assert ionq_runner.ionq.ZZGate(theta=0.25) == next(
        op.gate for op in cirq.read_json(tmp_path / "native.json").all_operations() if len(op.qubits) == 2
    )
