"""The ledger: the durable truth of a run, and where everything lies in its folder.

Promises: a state is committed before anyone acts on it, and never changes but by a transition of `states.py`; one writer at a time.
Knows nothing of: what a circuit is, how a job is run, what a table shows.      Imports: numpy for answers; nothing of this project.
"""
