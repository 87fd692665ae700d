"""Arguments that name files and folders.

Whether one can be read shows when it is read: a permission is no fault of the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

PATH: Final = click.Path(path_type=Path, readable=False)
FILE: Final = click.Path(path_type=Path, readable=False, dir_okay=False)
FOLDER: Final = click.Path(path_type=Path, readable=False, file_okay=False)

project_option = click.option(
    "--project",
    type=FOLDER,
    help="Use the project in this directory, not the one around the current directory.",
)
_MOST_JOBS: Final = 100

jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1, max=_MOST_JOBS),
    metavar="N",
    help="Encode N large assets in parallel. Default: one per processor, at most 4.",
)
directory_argument = click.argument("directory", type=FOLDER, default=None, required=False)


@contextmanager
def mistaken(*errors: type[Exception]) -> Iterator[None]:
    """What a function raises for a name that there is not is a mistake in the call."""
    try:
        yield
    except errors as error:
        raise click.UsageError(str(error)) from None
