"""Functions that go wrong, each in its way."""

import sys

import cirq


def bell(turns=0):
    a, b = cirq.LineQubit.range(2)
    return cirq.Circuit(cirq.H(a), cirq.CNOT(a, b) ** turns, cirq.measure(a, b))


def middle():
    qubit = cirq.q(0)
    return cirq.Circuit(cirq.measure(qubit, key="early"), cirq.H(qubit))


def fails(word):
    return cirq.Circuit(cirq.H(cirq.q(word.index("z"))))


def quiet():
    cirq.Circuit()


def several():
    return [bell(), bell()]


def leaves():
    sys.exit("enough")


def neighbour():
    import gates_of_mine

    return gates_of_mine.bell()


LIMIT = 3
