"""A pull request that changes one file of each odd kind."""

from __future__ import annotations

from gitrepo import BEFORE
from pull_scene import Scene

ODD = ('x b/"q" \u00e9\n.md', "tab\tand \\ it", "d/ lead", "+++ b/other.py", "a -> b", "dot./..x/y")


def change_everything(scene: Scene) -> None:
    """One file of each kind that may be lost, shown otherwise, or hidden by its attributes."""
    git = scene.author
    git.git("switch", "--quiet", "main")
    files: dict[str, str | bytes | None] = {
        "blob.bin": b"\0one",
        "hidden.py": "a = 1\n",
        "mode.sh": "true\n",
        "old name.txt": "\n".join("abcdefgh") + "\n",
        "same old.txt": "\n".join("ijklmnop") + "\n",
        "gone.py": "gone = 1\n",
        "big.txt": "1\n",
        "link.txt": "a file\n",
    }
    base = git.commit({**files, "src/stats.py": BEFORE})
    for name in ("module", "module-to-file"):
        git.git("update-index", "--add", "--cacheinfo", f"160000,{base},{name}")
    base = git.record()
    git.git("push", "--quiet", str(scene.bare), "main:refs/heads/main")
    git.git("switch", "--quiet", "feature")
    git.git("reset", "--quiet", "--hard", base)
    git.git("mv", "old name.txt", "new name.txt")
    git.git("mv", "same old.txt", "same new.txt")
    (git.path / "mode.sh").chmod(0o755)
    (git.path / "link.txt").unlink()
    (git.path / "link.txt").symlink_to("/etc/passwd")
    head: dict[str, str | bytes | None] = {
        ".gitattributes": "*.py -diff\n*.cfg binary\n*.md diff=program\n.gitattributes -diff\n",
        "blob.bin": b"\0two",
        "hidden.py": "a = 2\n",
        "new name.txt": "\n".join("abcdefgX") + "\n",
        "gone.py": None,
        "big.txt": "".join(f"{number}\n" for number in range(25_000)),
        "made.cfg": "made = 1\n",
        "module-to-file": "no longer a module\n",
        "lat\udcffin.py": "latin = 1\n",
        **dict.fromkeys(ODD, "odd\n"),
        "empty": "",
    }
    (git.path / "module-to-file").rmdir()
    git.write(head)

    git.git("add", "--all", "--force")
    git.git("update-index", "--cacheinfo", f"160000,{scene.pull.head_sha},module")
    git.git("commit", "--quiet", "-m", "everything")
    git.git("push", "--quiet", "--force", str(scene.bare), "HEAD:refs/heads/feature")
    scene.pull.move_base(base)
    scene.pull.push(git.head())
