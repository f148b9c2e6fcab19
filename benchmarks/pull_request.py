"""What `reviewbot pr` takes for pull requests of several sizes, beside git alone. Exits 0 always.

    python benchmarks/pull_request.py [--repeat N]

GitHub and the providers are servers on this machine that answer at once, so what a run takes is reviewbot's, git's and
theirs. "git alone" fetches the two commits into an empty repository, without history, and compares them. CPU is that of
the process and of what it started; memory is that of the largest of them. The file of 25,000 lines is more than
GitHub's API shows, so from there it is listed as not reviewed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from commandline import command, environment
from gitrepo import environ
from overhead import Run, measured_process, middle
from pull_large import many_files, many_lines
from pull_scene import Scene, opened

Files = Mapping[str, str | bytes | None]
CHANGES: Mapping[str, tuple[Files, Files]] = {
    "1 file, 2 lines": ({"a.py": "a = 1\n"}, {"a.py": "a = 2\n"}),
    "3,000 files": (many_files(changed=False), many_files(changed=True)),
    "25,000 lines in 1 file": (many_lines(changed=False), many_lines(changed=True)),
}
GIT_ALONE = """
git init --quiet --bare alone
cd alone
git fetch --quiet --no-tags --depth=1 "$1" "$2" "$3"
git diff-tree -r -p -M "$2" "$3" > ../diff
"""


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of each kind (5)")
    repeat: int = words.parse_args().repeat
    print(f"{'medians of ' + str(repeat):<26}{'':<14}{'seconds':>8}{'CPU s':>8}{'MiB':>7}{'requests':>10}")
    for name, (before, after) in CHANGES.items():
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as scene:
            scene.change(before, after)
            runs: dict[str, list[tuple[Run, int]]] = {"git alone": [], "with git": [], "from the API": []}
            too_large = name.startswith("25,000")
            for _ in range(repeat):
                runs["git alone"].append(git_alone(scene))
                runs["with git"].append(review(scene))
                runs["from the API"].append(review(scene, code=3 if too_large else 0, PATH=folder))
        for kind, same in runs.items():
            run = middle([run for run, _ in same])
            requests = median(requests for _, requests in same)
            print(f"{name:<26}{kind:<14}{run.wall_s:>8.2f}{run.cpu_s:>8.2f}{run.mib:>7.0f}{requests:>10.0f}")


def review(scene: Scene, *, code: int = 0, **more: str) -> tuple[Run, int]:
    """One run on a pull request on which nothing stands yet; its figures, and how many requests GitHub got."""
    scene.pull.issue_comments.clear()
    work, variables = scene.job({"GITHUB_STEP_SUMMARY": None, **more})
    scene.github.requests.clear()
    run = measured_process(command("pr"), cwd=work, env=environment(work, variables), code=code)
    return run, len(scene.github.requests)


def git_alone(scene: Scene) -> tuple[Run, int]:
    scene.github.requests.clear()
    with tempfile.TemporaryDirectory() as folder:
        url = f"{scene.github.server_url}/acme/shop.git"
        argv = ["sh", "-e", "-c", GIT_ALONE, "sh", url, scene.pull.merge_base(), scene.pull.head_sha]
        run = measured_process(argv, cwd=Path(folder), env=environ())
    return run, len(scene.github.requests)


if __name__ == "__main__":
    main()
