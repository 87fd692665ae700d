"""Records a child process of a test, for the test that started it."""

import atexit
import os

if "MUTANTS_RECORD" in os.environ and "PYTEST_CURRENT_TEST" in os.environ:
    from tools.mutants.recording import started

    _record = started(os.environ["PYTEST_CURRENT_TEST"].rpartition(" (")[0])
    atexit.register(_record.save)
    atexit.register(_record.stop)
