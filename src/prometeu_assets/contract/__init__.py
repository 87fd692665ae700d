"""The contract: what `assets.pa` and its workspace documents are, as data.

`prometeu_assets.contract.current.CURRENT` is the published value; everything else in the project
is derived from one.
"""
