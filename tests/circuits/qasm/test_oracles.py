"""OpenQASM as Cirq's importer and as Qiskit read it: the same distribution, for random texts of version 2 and snippets of version 3."""

from __future__ import annotations

import cirq
import numpy as np
import pytest
from cirq.contrib.qasm_import import circuit_from_qasm

from ionq_runner.circuits import Measurement, Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import probabilities, read_qubits

QUBITS = 4
# Gates of qelib1 that both read: name -> arguments, qubits.
GATES = {
    "h": (0, 1), "x": (0, 1), "y": (0, 1), "z": (0, 1), "s": (0, 1), "sdg": (0, 1), "t": (0, 1), "tdg": (0, 1), "sx": (0, 1), "id": (0, 1),
    "rx": (1, 1), "ry": (1, 1), "rz": (1, 1), "u1": (1, 1), "u2": (2, 1), "u3": (3, 1), "cx": (0, 2), "cy": (0, 2), "cz": (0, 2),
    "ch": (0, 2), "swap": (0, 2), "cu1": (1, 2), "cu3": (3, 2), "crx": (1, 2), "cry": (1, 2), "crz": (1, 2), "ccx": (0, 3), "cswap": (0, 3),
}  # fmt: skip
ANGLES = ("pi/4", "-3*pi/8", "0.1+sin(pi/3)", "2^2/3", "-(1.5-pi)*2", "sqrt(2)", "1e-1", "cos(0.3)*exp(0.5)")


def random_text(seed: int, *, own: bool) -> str:
    """A text of version 2; with `own`, it defines gates and uses whole registers."""
    random = np.random.default_rng(seed)

    def call(name: str, places: list[str]) -> str:
        arguments = ", ".join(str(random.choice(ANGLES)) for _ in range(GATES[name][0]))
        return f"{name}{f'({arguments})' if arguments else ''} {', '.join(places)};"

    lines = ["OPENQASM 2.0;", 'include "qelib1.inc";']
    if own:
        lines += [
            "gate twist(a, b) x, y { u3(a, b/2, -a) x; cx x, y; rz(a*b) y; }",
            "gate both(a) x, y, z { twist(a, 2*a) z, x; h y; twist(-a, 1) y, z; }",
        ]
    lines += [f"qreg a[{QUBITS // 2}];", f"qreg b[{QUBITS - QUBITS // 2}];"]
    wires = [f"a[{i}]" for i in range(QUBITS // 2)] + [f"b[{i}]" for i in range(QUBITS - QUBITS // 2)]
    lines += ["h a;", "rx(0.7) b;"] if own else [f"h {wire};" for wire in wires]
    for _ in range(20):
        name = str(
            random.choice([name for name in GATES if own or name != "cu3"])
        )  # of which Cirq takes an angle modulo 2 pi: another sign
        lines.append(call(name, [wires[i] for i in random.permutation(QUBITS)[: GATES[name][1]]]))
        if own and random.integers(4) == 0:
            lines.append(f"both({random.choice(ANGLES)}) {', '.join(wires[i] for i in random.permutation(QUBITS)[:3])};")
    return "\n".join([*lines, "cx a, b;"] if own else lines)


def distribution(program: Program) -> np.ndarray:
    """Of all qubits, the first the highest bit."""
    whole = Program(program.qubits, program.gates, (Measurement("m", tuple(range(program.qubits))),))
    rows = probabilities(whole, NoiseModel(), {}, 1)[0]
    active = read_qubits(whole, NoiseModel())
    found = np.zeros(2**program.qubits)
    for outcome, probability in enumerate(rows):
        found[sum((outcome >> (len(active) - 1 - i) & 1) << (program.qubits - 1 - qubit) for i, qubit in enumerate(active))] += probability
    return found


@pytest.mark.parametrize("seed", range(25))
def test_cirq_reads_random_texts_of_version_2_alike(texts, seed):
    text = random_text(seed, own=False)
    order = [cirq.NamedQubit(f"{register}_{index}") for register in "ab" for index in range(QUBITS // 2)]
    state = circuit_from_qasm(text).final_state_vector(qubit_order=order, dtype=np.complex128)
    np.testing.assert_allclose(distribution(texts.program(text)), np.abs(state) ** 2, atol=1e-8)


def qiskit_distribution(circuit) -> np.ndarray:
    from qiskit.quantum_info import Statevector

    return Statevector(circuit.remove_final_measurements(inplace=False) if circuit.num_clbits else circuit).reverse_qargs().probabilities()


@pytest.mark.peers
@pytest.mark.parametrize("seed", range(25))
def test_qiskit_reads_random_texts_of_version_2_alike(texts, seed):
    from qiskit import qasm2

    text = random_text(100 + seed, own=True)
    circuit = qasm2.loads(text, custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS)
    np.testing.assert_allclose(distribution(texts.program(text)), qiskit_distribution(circuit), atol=1e-10)


START = "qubit[4] q; u3(0.3, 0.4, 0.5) q[0]; u3(1.3, 0.2, 0.1) q[1]; u3(0.7, -0.4, 2.5) q[2]; u3(2, 1, 0.5) q[3];"
END = "u3(1, 0.2, 0.3) q[0]; u3(0.5, 1.2, 0.3) q[1]; u3(0.9, -1.2, 1.3) q[2]; u3(0.4, 2.2, 0.3) q[3];"


@pytest.mark.peers
@pytest.mark.parametrize("text", [
    "cu(1, 2, 3, 0.4) q[0], q[1];", "negctrl @ ctrl @ h q[0], q[1], q[2];", "pow(2) @ U(0.3, 0.4, 0.5) q[0];",
    "ctrl @ pow(1/3) @ x q[0], q[1];", "ctrl @ pow(0.3) @ y q[0], q[1];", "ctrl @ pow(0.3) @ s q[0], q[1];",
    "ctrl @ pow(0.3) @ rx(2) q[0], q[1];", "ctrl @ gphase(0.7) q[1];", "negctrl @ gphase(0.7) q[1];", "ctrl(2) @ gphase(0.7) q[1], q[2];",
    "gate g(a) x, y { gphase(a); ctrl @ gphase(a/2) x; cx x, y; p(a) y; } ctrl @ g(0.3) q[0], q[1], q[2];",
    "let a = q[1:2]; h a; cx a[0], a[1];", "ctrl @ phase(0.3) q[0], q[1];", "h q[{0, 2}];", "h q[0:2:3];", "ctrl @ inv @ sx q[0], q[1];",
])  # fmt: skip
def test_qiskit_reads_version_3_alike(texts, text):
    from qiskit import qasm3

    whole = f'OPENQASM 3.0;\ninclude "stdgates.inc";\n{START}\n{text}\n{END}\n'
    np.testing.assert_allclose(distribution(texts.program(whole)), qiskit_distribution(qasm3.loads(whole)), atol=1e-10)


@pytest.mark.parametrize(("gate", "matrix"), [
    # By the specification's own definition of U, which Qiskit's importer does not follow where a control makes the phase count.
    ("U(0.3, 0.4, 0.5)", lambda: np.exp(0.15j) * _u(0.3, 0.4, 0.5)),
    ("u3(0.3, 0.4, 0.5)", lambda: np.exp(-0.45j) * _u(0.3, 0.4, 0.5)),
    ("u2(0.4, 0.5)", lambda: np.exp(-0.45j) * _u(np.pi / 2, 0.4, 0.5)),
    ("u1(0.5)", lambda: np.diag([1, np.exp(0.5j)])),
    ("rz(0.5)", lambda: np.diag([np.exp(-0.25j), np.exp(0.25j)])),
])  # fmt: skip
def test_phases_of_version_3_are_those_of_its_specification(texts, gate, matrix):
    qubits = cirq.LineQubit.range(2)
    circuit = cirq.Circuit(
        cirq.H(qubits[0]), cirq.ry(0.7)(qubits[1]), cirq.MatrixGate(matrix()).on(qubits[1]).controlled_by(qubits[0]), cirq.H(qubits[0])
    )
    found = distribution(texts.new(f"qubit[2] q; h q[0]; ry(0.7) q[1]; ctrl @ {gate} q[0], q[1]; h q[0];"))
    np.testing.assert_allclose(found, np.abs(circuit.final_state_vector(dtype=np.complex128)) ** 2, atol=1e-8)


def _u(theta: float, phi: float, lam: float) -> np.ndarray:
    cosine, sine = np.cos(theta / 2), np.sin(theta / 2)
    return np.array([[cosine, -np.exp(1j * lam) * sine], [np.exp(1j * phi) * sine, np.exp(1j * (phi + lam)) * cosine]])
