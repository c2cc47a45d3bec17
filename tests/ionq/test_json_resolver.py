"""Gates, gate sets and devices in Cirq's JSON; each question of what is registered is asked in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import cirq
import pytest
import sympy

from ionq_runner.ionq.devices import IonQAPIDevice
from ionq_runner.ionq.gatesets import AriaNativeGateset, ForteNativeGateset, IonQTargetGateset
from ionq_runner.ionq.json_resolver import resolve
from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate

VALUES = [
    GPIGate(phi=0.2),
    GPI2Gate(phi=1),
    MSGate(phi0=0.1, phi1=0.55, theta=0.1),
    MSGate(phi0=sympy.Symbol("a") / 2, phi1=0.55),
    ZZGate(theta=0.4),
    IonQTargetGateset(atol=1e-7),
    AriaNativeGateset(),
    ForteNativeGateset(),
    IonQAPIDevice([cirq.LineQubit(3), cirq.NamedQubit("a")], atol=1e-7),
]

# As cirq_ionq 1.7.0 writes them, and what they are here.
FILES_OF_CIRQ_IONQ = [
    ('{"cirq_type": "GPIGate", "phi": 0.2}', GPIGate(phi=0.2)),
    ('{"cirq_type": "GPI2Gate", "phi": 0.1}', GPI2Gate(phi=0.1)),
    ('{"cirq_type": "MSGate", "phi0": 0.1, "phi1": 0.55, "theta": 0.1}', MSGate(phi0=0.1, phi1=0.55, theta=0.1)),
    ('{"cirq_type": "MSGate", "phi0": 0.1, "phi1": 0.55}', MSGate(phi0=0.1, phi1=0.55)),
    ('{"cirq_type": "ZZGate", "theta": 0.4}', ZZGate(theta=0.4)),
    ('{"cirq_type": "IonQTargetGateset", "atol": 1e-08}', IonQTargetGateset()),
    ('{"cirq_type": "AriaNativeGateset", "atol": 1e-08}', AriaNativeGateset()),
    ('{"cirq_type": "ForteNativeGateset", "atol": 1e-05}', ForteNativeGateset(atol=1e-5)),
]

# A cirq_ionq as far as its JSON goes: a module of this name that registers a class for a name without a namespace.
CIRQ_IONQ = """
import sys, types
import cirq
class GPIGate:
    def __init__(self, phi):
        self.phi = phi
def import_cirq_ionq():
    sys.modules["cirq_ionq"] = types.ModuleType("cirq_ionq")
    cirq.DEFAULT_RESOLVERS.append({"GPIGate": GPIGate}.get)
"""


def said(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_survives_json(value):
    text = cirq.to_json(value)
    assert json.loads(text)["cirq_type"] == f"ionq_runner.{type(value).__name__}"
    read = cirq.read_json(json_text=text)
    assert (read, type(read)) == (value, type(value))


def test_a_circuit_of_native_gates_survives_json(tmp_path):
    a, b = cirq.LineQubit.range(2)
    circuit = cirq.Circuit(GPI2Gate(phi=sympy.Symbol("t"))(a), MSGate(phi0=0, phi1=0.5)(a, b), ZZGate(theta=0.1)(a, b), cirq.measure(a, b))
    cirq.to_json(circuit, tmp_path / "circuit.json")
    assert cirq.read_json(tmp_path / "circuit.json") == circuit


@pytest.mark.parametrize(("text", "expected"), FILES_OF_CIRQ_IONQ)
def test_files_of_cirq_ionq_are_read_as_ours(text, expected):
    read = cirq.read_json(json_text=text, resolvers=[resolve])
    assert (read, type(read)) == (expected, type(expected))


def test_files_of_cirq_ionq_are_read_without_being_told_how():
    program = """
import cirq, ionq_runner.ionq.native_gates
print(repr(cirq.read_json(json_text='{"cirq_type": "MSGate", "phi0": 0.1, "phi1": 0.5, "theta": 0.1}')))
"""
    assert said(program) == "ionq_runner.ionq.MSGate(phi0=0.1, phi1=0.5, theta=0.1)"


@pytest.mark.parametrize(
    "order", ["import_cirq_ionq()\nimport ionq_runner.ionq.json_resolver", "import ionq_runner.ionq.json_resolver\nimport_cirq_ionq()"]
)
def test_where_cirq_ionq_is_imported_its_names_are_its_own_whichever_comes_first(order):
    program = f"""{CIRQ_IONQ}
{order}
from ionq_runner.ionq.json_resolver import resolve
own, ours = '{{"cirq_type": "GPIGate", "phi": 0.1}}', '{{"cirq_type": "ionq_runner.GPIGate", "phi": 0.1}}'
told = [resolve, *cirq.DEFAULT_RESOLVERS]
for text, resolvers in ((own, None), (ours, None), (own, told)):
    print(type(cirq.read_json(json_text=text, resolvers=resolvers)).__module__)
"""
    assert said(program).split() == ["__main__", "ionq_runner.ionq.native_gates", "ionq_runner.ionq.native_gates"]


def test_registering_happens_once_and_last_however_often_modules_are_imported():
    program = """
import importlib
import cirq
before = list(cirq.DEFAULT_RESOLVERS)
from ionq_runner.ionq import devices, gatesets, json_resolver, native_gates
first = list(cirq.DEFAULT_RESOLVERS)
for module in (json_resolver, native_gates, json_resolver):
    importlib.reload(module)
after = list(cirq.DEFAULT_RESOLVERS)
print(first[:-1] == before, after[:-1] == before, len(after) - len(before))
"""
    assert said(program) == "True True 1"


def test_importing_the_resolver_loads_no_gates():
    program = """
import sys
import ionq_runner.ionq.json_resolver
print([name for name in sys.modules if name.startswith("ionq_runner.ionq.") and "json" not in name])
"""
    assert said(program) == "[]"


@pytest.mark.parametrize("name", ["XPowGate", "ionq_runner.Service", "Service", "cirq.MSGate", "cirq_ionq.GPIGate", ""])
def test_other_names_are_left_to_others(name):
    assert resolve(name) is None


def test_names_are_known_with_and_without_the_namespace():
    assert [resolve("GPIGate"), resolve("ionq_runner.GPIGate"), resolve("IonQAPIDevice")] == [GPIGate, GPIGate, IonQAPIDevice]
