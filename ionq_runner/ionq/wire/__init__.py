"""IonQ's API on the wire: one module of data for each version, and the texts of request bodies. Free of Cirq."""
