"""What the docs site has besides its pages: files that are kept in one place of the project.

The downloads of the guides, every schema at an address that stays and its page, the conformance
kit, the worked packs, and the inspector. They are added while mkdocs builds, so that nothing is
kept twice.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.views.html import page as inspector
from tools import cases, checked, rule_links, schema_pages, worked
from tools.generate import versions
from tools.walk import DOWNLOADS, ROOT

FOLDERS = {
    "schemas": ROOT / "schemas",
    "conformance": ROOT / "conformance",
}
"""Folders of the site to folders of the project; pages of theirs are pages of the site."""

PAGES = {
    "changelog.md": ROOT / "CHANGELOG.md",
}
"""Pages of the site that are files of the project."""

LEFT_OUT = {".pyc"}

BOOST = {
    "guide/first-pack.md": 3,
    "guide/": 4,
    "watch.md": 4,
    "python-reader.md": 4,
    "contract/1/banks.md": 7,
    "codes/": 0.5,
    "decisions/": 0.2,
    "changelog.md": 0.2,
    "dependencies.md": 0.2,
    "performance.md": 0.2,
    "reference/schemas": 0.5,
}
"""How much sooner the search shows pages: who searches wants to do something, and seldom why.

The first that begins the name of a page counts.
"""

DIALOG = '<div class="md-search" data-md-component="search" role="dialog"'
"""What the theme makes the search of, without a name for those who hear the page."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files, each below the address of its folder."""
    for name, path in DOWNLOADS.items():
        if files.get_file_from_path(f"guide/files/{name}"):
            continue
        files.append(File.generated(config, f"guide/files/{name}", abs_src_path=str(path)))
    for name, path in PAGES.items():
        files.append(File.generated(config, name, abs_src_path=str(path)))
    for address, folder in FOLDERS.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in LEFT_OUT and _is_shown(path):
                place = f"{address}/{path.relative_to(folder).as_posix()}"
                files.append(File.generated(config, place, abs_src_path=str(path)))
    for contract in versions(CURRENT):
        for name, made in worked.PACKS.items():
            place = f"{contract.folder}/worked/{name}"
            files.append(File.generated(config, place, content=made(contract)))
    files.append(File.generated(config, "reference/cases.md", content=cases.page()))
    files.append(File.generated(config, "reference/rules.md", content=checked.page()))
    for name in schema_pages.names():
        content = schema_pages.page(name)
        files.append(File.generated(config, f"reference/schemas/{name}.md", content=content))
    files.append(File.generated(config, "inspector/page.html", content=inspector(site="../")))
    return files


def _is_shown(path: Path) -> bool:
    """Whether a file is a page that others lead to, or no page."""
    return path.suffix != ".md" or path.parent == ROOT / "conformance"


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Say how soon the search shows a page; add the links of the rules that it states or lists."""
    found = (boost for begin, boost in BOOST.items() if page.file.src_uri.startswith(begin))
    if boost := next(found, None):
        page.meta["search"] = {"boost": boost}
    return rule_links.linked(markdown, page.file.src_uri)


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """A page of the site, finished."""
    return _named(output, config)


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """A page that the theme has of its own, finished."""
    return _named(output, config) if template_name.endswith(".html") else output


def _named(output: str, config: MkDocsConfig) -> str:
    """A page whose search has its name. Raises `ValueError` when the theme makes it otherwise."""
    if not config.plugins["material/search"].config["enabled"]:
        return output
    if output.count(DIALOG) != 1:
        raise ValueError("the theme makes its search in another way")
    return output.replace(DIALOG, f'{DIALOG} aria-label="Search"')
