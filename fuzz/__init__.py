"""Fuzzing of every parser the project has: whatever the bytes, a value or a coded diagnostic.

``python -m fuzz --list`` names the targets; ``make fuzz`` runs all of them for a while each.
What was ever found is kept in ``tests/fuzz/corpus/`` and replayed by the ordinary tests.
"""
