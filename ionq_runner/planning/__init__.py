"""Planning: a checked Experiment -> a Plan.

Promises: pure, no clock, network or file. The same experiment gives the same ids. The size is known before a point is made.
Knows nothing of: YAML text, HTTP, where results go.      Imports: circuits, language, simulation (its methods), diagnostics, ionq.facts.
"""
