"""How a run ends: the exit codes.

Clause: ``spec/ci.md#exit-codes``.
"""

DONE, WRONG_INPUT, USAGE, ENVIRONMENT = range(4)
