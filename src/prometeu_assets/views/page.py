"""The inspector with a pack inside, written to a file. Clause: ``spec/tools.md#inspect``."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Profile
from prometeu_assets.reader.checks import examine
from prometeu_assets.reader.opening import open_source
from prometeu_assets.reader.pack import InvalidPack, Pack
from prometeu_assets.shipper.verify import companion_beside
from prometeu_assets.viewpoint import StrPath
from prometeu_assets.views.html import page, publish
from prometeu_assets.views.inspect import Inspection, inspection


def inspect_html(pack: StrPath, out: StrPath) -> Inspection:
    """Write a page to the file ``out`` that shows a pack, which is inside, in a browser.

    A pack that is not valid is shown as well: then `InvalidPack` is raised when the page is
    written. Raises `Refused` when something is at ``out`` that is not such a page, and `OSError`.
    Clause: ``spec/tools.md#inspect``.
    """
    path = Path(pack)
    with closing(open_source(path)) as source:
        report, exam = examine(source, CURRENT, Profile.READER)
        told, companion = report.as_json(), companion_beside(path)
        made = page(file=os.fspath(pack), source=source, report=told, companion=companion)
        publish(made, Path(out))
        if not report.ok:
            raise InvalidPack(report=report)
        return inspection(Pack(source, exam), os.fspath(pack))
