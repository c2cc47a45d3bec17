"""What all tests share: how hypothesis looks for counterexamples, and the signals that a terminal gives.

`make test` looks at the same examples every time, so that it fails only where the code changed. `make explore` looks at new ones.
"""

import os
import signal

from hypothesis import HealthCheck, settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# `nohup make test &` would have every process that a test starts ignore the signals which the test then sends.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (getattr(signal, "SIGHUP", None), signal.SIG_DFL)):
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)
