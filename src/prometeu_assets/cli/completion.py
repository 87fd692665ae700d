"""The verb that makes a shell complete verbs, options and paths: completion."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import ShellComplete, get_completion_class, shell_complete

from prometeu_assets.cli.console import say
from prometeu_assets.cli.ending import DONE, USAGE

VARIABLE: Final = "_PROMETEU_ASSETS_COMPLETE"
"""The environment variable by which a shell asks, as click's scripts do."""


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_verb(context: click.Context, shell: str) -> int:
    """Print the script with which SHELL completes verbs, options and paths.

    \b
    To install it, once:
      bash  prometeu-assets completion bash > ~/.prometeu-assets.bash
            echo '. ~/.prometeu-assets.bash' >> ~/.bashrc
      zsh   prometeu-assets completion zsh > ~/.prometeu-assets.zsh
            echo '. ~/.prometeu-assets.zsh' >> ~/.zshrc
      fish  prometeu-assets completion fish \\
              > ~/.config/fish/completions/prometeu-assets.fish
    """  # noqa: D301  # click's mark is the character itself
    kind = get_completion_class(shell)
    assert kind is not None, "click knows these shells"
    # Not the class's own `source`, which runs bash to ask for its version.
    root = context.find_root()
    say(ShellComplete.source(kind(root.command, {}, str(root.info_name), VARIABLE)))
    return DONE


def answer(app: click.Command, name: str, instruction: str) -> int:
    """Print the completions of a program that a shell asks for by `VARIABLE`; the exit code."""
    try:
        return shell_complete(app, {}, name, VARIABLE, instruction)
    except (KeyError, ValueError):
        return USAGE  # asked by something else than one of click's scripts
