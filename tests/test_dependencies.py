"""Whatever the program imports is named among its dependencies, and the other way round."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OWN = {"core", "mogvae_gui"}

# Imported by others as soon as they are there: readers of COLLADA and of graphs, 3MF and SVG.
ASKED_FOR_BY_TRIMESH = {"pycollada", "networkx", "lxml"}


def imports() -> Iterator[tuple[str, Path]]:
    """The outermost name of each module that is imported from elsewhere, and where."""
    for path in [ROOT / "main.py", *(file for name in OWN for file in (ROOT / name).rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            for name in (name.partition(".")[0] for name in names):
                if name not in sys.stdlib_module_names | OWN | {"main"}:
                    yield name, path.relative_to(ROOT)


def plain(name: str) -> str:
    """A distribution's name as all spellings of it have it in common (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {plain(re.split(r"[<>=!~;\[ ]", each)[0]) for each in project["dependencies"]}


def test_that_every_import_is_of_a_declared_dependency(declared: set[str]) -> None:
    """Whoever installs the program gets what is declared; that others bring it may end."""
    providers = packages_distributions()
    missing = {
        (name, str(path))
        for name, path in imports()
        if not {plain(each) for each in providers.get(name, [name])} & declared
    }
    assert not missing


def test_that_every_declared_dependency_is_imported(declared: set[str]) -> None:
    providers = packages_distributions()
    used = {plain(each) for name, _ in imports() for each in providers.get(name, [name])}
    assert declared - used == ASKED_FOR_BY_TRIMESH
