"""IonQ: what its machines, its gates and its service are. Stands alone.

Knows nothing of: experiment files, plans, runs.      Imports: nothing of this project but its own `facts`.
"""
