"""The import of one module with a mistake in it."""

from __future__ import annotations

import ast
import importlib.machinery
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import CodeType, ModuleType


def module_name(root: Path, path: Path) -> str:
    """The name under which a file below `root` is imported."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Finder(MetaPathFinder):
    """Gives the mutated tree for one module, and leaves all others to whoever is asked next."""

    def __init__(self, root: Path, path: Path, tree: ast.Module) -> None:
        self._name = module_name(root, path)
        self._path = path
        self._tree = tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self._name:
            return None
        loader = _Loader(fullname, str(self._path), self._tree)
        places = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        spec = importlib.machinery.ModuleSpec(fullname, loader, origin=str(self._path), is_package=places is not None)
        spec.has_location = True
        if places:
            spec.submodule_search_locations = places
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return compile(self._tree, self.path, "exec")
