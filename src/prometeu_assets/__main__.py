"""``python -m prometeu_assets``: the command line."""

from prometeu_assets.cli import main

main()
