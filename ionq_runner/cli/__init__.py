"""The command line: one module per verb, each thin; what they do is in `ionq_runner.api`."""
