"""What is put off behaves as if it had been there all the time."""

from __future__ import annotations

import importlib
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from reviewbot.reviewers.deferral import PutOff, handed_on

FILES = {
    "__init__.py": "",
    "heavy.py": "import putoffpkg.ran\nclass Base:\n    kind = 'base'\n"
    "    def __class_getitem__(cls, key): return (cls, key)\n"
    "class Child(Base): pass\ndef double(n): return 2 * n\n",
    "ran.py": "",
    "user.py": "from putoffpkg.heavy import Base, Child, double\n"
    "def twice(n: 'int', base: Base | None = None): return double(n)\n",
    "eager.py": "from putoffpkg.heavy import Base\nclass Mine(Base): pass\n",
    "tools/__init__.py": "from putoffpkg.tools import parts\nfrom .parts import Part\n",
    "tools/parts.py": "class Part: pass\n",
    "holder.py": "from putoffpkg.heavy import Base\nbase = Base()\n",
    "family/__init__.py": "'''All names.'''\nfrom __future__ import annotations\nfrom .one import One as One\n"
    "from .two import Two as Second, _hidden\n__all__ = ['One', 'Second']\n",
    "family/one.py": "class One: pass\n",
    "family/two.py": "from .one import One\nclass Two(One): pass\n_hidden = 1\n",
    "family/busy/__init__.py": "from ..one import One\ncount = 1\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = tmp_path / "putoffpkg"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    yield root
    for name in [name for name in sys.modules if name.partition(".")[0] == "putoffpkg"]:
        del sys.modules[name]


def brought(name: str, put_off: PutOff) -> ModuleType:
    with put_off.around_import():
        return importlib.import_module(f"putoffpkg.{name}")


def has_run(name: str = "ran") -> bool:
    return f"putoffpkg.{name}" in sys.modules


def listed(*names: str) -> PutOff:
    return PutOff({f"putoffpkg.{name}" for name in names})


def test_a_module_of_the_list_is_run_when_its_function_is_called(package: Path) -> None:
    put_off = listed("heavy")
    user = brought("user", put_off)

    assert (has_run(), [*put_off.loaded]) == (False, [])
    assert user.twice(4) == 8
    assert (has_run(), [*put_off.loaded]) == (True, ["putoffpkg.heavy"])


def test_a_name_that_was_put_off_can_do_what_the_name_can(package: Path) -> None:
    user = brought("user", listed("heavy"))
    assert typing.get_type_hints(user.twice)["base"] == typing.Union[user.Base, None]  # noqa: UP007
    assert not has_run()

    class Mine(user.Base):  # type: ignore[misc, name-defined]
        pass

    assert Mine.kind == user.Base.kind == "base"
    assert isinstance(user.Child(), user.Base)
    assert not isinstance(3, user.Base)
    assert issubclass(Mine, user.Base)
    real = sys.modules["putoffpkg.heavy"]
    assert user.Base[3] == (real.Base, 3)
    assert type(user.Child()) is real.Child
    with pytest.raises(AttributeError, match="unheard_of"):
        _ = user.Base.unheard_of


def test_what_needs_the_module_at_the_import_runs_it(package: Path) -> None:
    eager = brought("eager", listed("heavy"))

    assert has_run()
    assert eager.Mine.kind == "base"


def test_an_import_later_on_gives_the_real_names(package: Path) -> None:
    brought("user", listed("heavy"))
    heavy = importlib.import_module("putoffpkg.heavy")

    assert isinstance(heavy.Base, type)
    assert has_run()


def test_calls_can_be_spared_a_module_too(package: Path) -> None:
    put_off = PutOff((), at_calls={"putoffpkg.heavy"})
    brought("ran", put_off)
    del sys.modules["putoffpkg.ran"]
    heavy = importlib.import_module("putoffpkg.heavy")
    double = heavy.double

    assert not has_run()
    assert double(2) == 4
    assert has_run()


def test_an_object_is_made_when_it_is_used(package: Path) -> None:
    put_off = PutOff({"putoffpkg.heavy"}, later_objects={"putoffpkg.heavy"})
    holder = brought("holder", put_off)

    assert not has_run()
    assert holder.base.kind == "base"
    assert has_run()


def test_a_part_of_a_package_is_found_under_the_package(package: Path) -> None:
    tools = brought("tools", listed("tools", "tools.parts"))
    parts, part = tools.parts, tools.Part

    assert not has_run("tools.parts") or part is sys.modules["putoffpkg.tools.parts"].Part
    assert parts.Part is part


def test_running_a_part_for_real_runs_its_package_first(package: Path) -> None:
    put_off = listed("tools")
    with put_off.around_import():
        tools = importlib.import_module("putoffpkg.tools")
        parts = importlib.import_module("putoffpkg.tools.parts")

    assert sys.modules["putoffpkg.tools"] is not tools
    assert sys.modules["putoffpkg.tools"].Part is parts.Part, "and runs the part once"
    assert parts.__spec__ is not None
    assert parts.__spec__.origin == str(package / "tools" / "parts.py")


def test_an_import_that_fails_leaves_nothing_behind(package: Path) -> None:
    (package / "wrong.py").write_text("import putoffpkg.heavy\n1 / 0\n")
    finders = list(sys.meta_path)
    with pytest.raises(ZeroDivisionError):
        brought("wrong", listed("heavy"))

    assert sys.meta_path == finders
    assert not has_run("heavy")


def test_a_package_of_a_family_hands_on_what_is_asked_for(package: Path) -> None:
    put_off = PutOff((), families=("putoffpkg.family",))
    family = brought("family", put_off)

    assert not has_run("family.one")
    assert family.One.__module__ == "putoffpkg.family.one"
    assert not has_run("family.two")
    assert issubclass(family.Second, family.One)
    assert family._hidden == 1
    assert family.__all__ == ["One", "Second"]
    with pytest.raises(AttributeError, match="has no attribute 'Two'"):
        _ = family.Two


def test_a_package_that_does_more_is_run_as_it_is(package: Path) -> None:
    busy = brought("family.busy", PutOff((), families=("putoffpkg.family",)))

    assert busy.count == 1
    assert busy.One.__name__ == "One"


@pytest.mark.parametrize(
    "text",
    ["x = 1", "from .a import *", "from ..a import b", "from os import path", "import os", "from . import a", "f()"],
)
def test_only_names_of_own_modules_are_handed_on(text: str) -> None:
    assert handed_on(b"from .a import b\n") == {"b": (".a", "b")}
    assert handed_on(f"from .a import b\n{text}\n".encode()) is None
