"""The door to Cirq: circuits of its kind -> statements, programs -> circuits of its kind. Cirq is imported where it is used."""
