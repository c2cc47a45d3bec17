"""Results: a ledger and its recorded answers -> tables, a manifest, and their verification.

Promises: everything here is derived, and can be derived again, byte for byte.
Knows nothing of: how or where a job was run.      Imports: ledger, planning, simulation (its methods), circuits.
"""
