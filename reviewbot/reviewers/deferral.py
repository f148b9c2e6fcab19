"""Put off what an import drags in until it is used.

`import litellm` runs 2,600 modules, and a chat completion needs a third of them: the rest are other services of the
same vendors, loggers for companies' dashboards, a proxy server. Two kinds of modules are put off, and both still mean
what they always meant:

* A module on a list is not run. Whoever imports a name from it gets a stand-in for that name, and the module is run
  for real as soon as a stand-in is called, subclassed, compared with or asked for anything.
* A package of listed families that only hands on names of its own modules hands on each when it is asked for it.

So a wrong list costs time and no answer. Where it costs more than that, at the import, `load_litellm` imports plainly.
"""

from __future__ import annotations

import ast
import importlib
import sys
import threading
import typing
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

_PROBES = frozenset(
    {
        *("__isabstractmethod__", "__wrapped__", "__parameters__", "__origin__", "__forward_arg__", "__typing_subst__"),
        *("__typing_is_unpacked_typevartuple__", "__typing_unpacked_tuple_args__", "__unpacked__"),
    }
)
"""What `typing` and `abc` look for on anything that they meet. No class or function has these of its own accord."""


class StandIn:
    """Stands for one name of a module that has not been run. Everything that is done with it is done with the name."""

    def __init__(self, put_off: PutOff, module: str, name: str) -> None:
        self.__dict__.update(_put_off=put_off, _module=module, __name__=name, __qualname__=name, __module__=module)

    def _real(self) -> object:
        put_off: PutOff = self.__dict__["_put_off"]
        return put_off.real(self.__dict__["_module"], self.__dict__["__name__"])

    def __call__(self, *args: object, **options: object) -> object:
        put_off: PutOff = self.__dict__["_put_off"]
        if put_off.importing and self.__dict__["_module"] in put_off.later_objects:
            return _LaterObject(lambda: self(*args, **options))
        return typing.cast("Callable[..., object]", self._real())(*args, **options)

    def __getattr__(self, name: str) -> object:
        if name in _PROBES:
            raise AttributeError(name)
        return getattr(self._real(), name)

    def __getitem__(self, key: object) -> object:
        return typing.cast("Mapping[object, object]", self._real())[key]

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[object, ...]:
        return (self._real(),)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, typing.cast("type", self._real()))

    def __subclasscheck__(self, subclass: type) -> bool:
        return issubclass(subclass, typing.cast("type", self._real()))

    def __or__(self, other: object) -> object:
        return typing.Union[self, other]  # noqa: UP007 - `|` is what is defined here

    def __ror__(self, other: object) -> object:
        return typing.Union[other, self]  # noqa: UP007 - the same


class _LaterObject:
    """An object that is made when something of it is asked for."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.__dict__["_make"] = make

    def __getattr__(self, name: str) -> object:
        if "_made" not in self.__dict__:
            self.__dict__["_made"] = self.__dict__["_make"]()
        return getattr(self.__dict__["_made"], name)


class _Unrun(ModuleType):
    """A module of the list: found, and not run."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        put_off: PutOff = self.__dict__["__put_off__"]
        return put_off.stand_in(self.__name__, name)


class PutOff(MetaPathFinder, Loader):
    """Finds the modules that are put off. Stays in `sys.meta_path`: some are only asked for by the first calls."""

    def __init__(
        self,
        modules: Collection[str],
        *,
        at_calls: Collection[str] = (),
        later_objects: Collection[str] = (),
        families: Sequence[str] = (),
    ) -> None:
        """`modules` are put off while `importing`, those of `at_calls` also after.

        `later_objects`: of these, an object that is made at the import is made at its first use. `families`: packages
        whose packages hand on names, together with all below them.
        """
        self._modules = frozenset(modules) | frozenset(at_calls)
        self._at_calls = frozenset(at_calls)
        self.later_objects = frozenset(later_objects)
        self._families = tuple(families)
        self._lock = threading.Lock()
        self._loaded = set[str]()
        self.stand_ins: dict[tuple[str, str], StandIn] = {}
        self.importing = False

    @property
    def loaded(self) -> frozenset[str]:
        """The modules of the list that were run after all."""
        return frozenset(self._loaded)

    @contextmanager
    def around_import(self) -> Iterator[None]:
        sys.meta_path.insert(0, self)
        self.importing = True
        try:
            yield
        except BaseException:
            sys.meta_path.remove(self)
            for name in [name for name, module in sys.modules.items() if isinstance(module, _Unrun)]:
                del sys.modules[name]
            raise
        finally:
            self.importing = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        family = next((name for name in self._families if f"{fullname}.".startswith(f"{name}.")), None)
        listed = fullname in self._modules and fullname not in self._loaded
        if not listed and family is None:
            parent = fullname.rpartition(".")[0]
            if parent.partition(".")[0] != "litellm" and self._is_unrun(parent):
                self._run(parent)  # a part of it is about to be run, and would find stand-ins for the rest
                if (run := sys.modules.get(fullname)) is not None:
                    # The import system takes the module's own spec here, whatever is returned.
                    run.__spec__ = ModuleSpec(fullname, _AsItIs(run))
                    return run.__spec__
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None:
            return None
        if listed:
            unrun = ModuleSpec(fullname, self, origin=spec.origin)
            unrun.submodule_search_locations = spec.submodule_search_locations
            return unrun
        if spec.submodule_search_locations is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _HandingOn(spec.loader.name, spec.loader.path)
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Unrun(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__put_off__"] = self

    def stand_in(self, module: str, name: str) -> object:
        if not self.importing and module not in self._at_calls:
            return self.real(module, name)
        return self.stand_ins.setdefault((module, name), StandIn(self, module, name))

    def real(self, module: str, name: str) -> object:
        run = self._run(module)
        try:
            return getattr(run, name)
        except AttributeError:
            if not hasattr(run, "__path__"):
                raise
        return importlib.import_module(f"{module}.{name}")

    def _run(self, name: str) -> ModuleType:
        """The module itself. The import system's own locks see to it that it is run once."""
        parent = name.rpartition(".")[0]
        if self._is_unrun(parent):
            self._run(parent)
        with self._lock:
            self._loaded.add(name)
            if self._is_unrun(name):
                del sys.modules[name]
        return importlib.import_module(name)

    @staticmethod
    def _is_unrun(name: str) -> bool:
        return isinstance(sys.modules.get(name), _Unrun)


class _AsItIs(Loader):
    """Answers the search for a module that was run during the search, so that it is not run again."""

    def __init__(self, module: ModuleType) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002 - the import system's signature
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class _HandingOn(SourceFileLoader):
    """Loads a package that does nothing but import names from its own modules, without importing them yet."""

    def exec_module(self, module: ModuleType) -> None:
        package, names = module.__name__, handed_on(self.get_data(self.path))
        if names is None:
            return super().exec_module(module)

        def hand_on(name: str) -> object:
            if name not in names:
                raise AttributeError(f"module {package!r} has no attribute {name!r}")
            source, original = names[name]
            value = getattr(importlib.import_module(source, package), original)
            setattr(module, name, value)
            return value

        vars(module).update(__getattr__=hand_on, __all__=[name for name in names if not name.startswith("_")])
        return None


def handed_on(source: bytes) -> Mapping[str, tuple[str, str]] | None:
    """Name -> (module, its name there), for a package that only imports from its own modules; None for any other."""
    names = dict[str, tuple[str, str]]()
    for node in ast.parse(source).body:
        match node:
            case ast.ImportFrom(module="__future__") | ast.Expr(value=ast.Constant()):
                pass
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                pass
            case ast.ImportFrom(level=1, module=str(module), names=aliases):
                names.update({alias.asname or alias.name: (f".{module}", alias.name) for alias in aliases})
            case _:
                return None
    return None if "*" in names else names
