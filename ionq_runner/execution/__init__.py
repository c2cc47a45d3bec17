"""Execution: a plan and its ledger -> answers, whatever happens on the way.

Promises: every step is decided from the ledger, recorded before and after; killed at any moment, it goes on from there.
Knows nothing of: YAML text, tables, reports.      Imports: planning, simulation, ledger.
"""
