"""Run every fault of `tests/faults.py` for real and write what each cost into `docs/reliability.md`.

PYTHONPATH=tests python benchmarks/reliability.py        (or: make reliability)
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fault_run import KINDS, Fault, Run, run
from faults import GROUPS

DOCUMENT = Path(__file__).parents[1] / "docs/reliability.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
HEAD = ("what happens", "exit code", "seconds", f"requests ({', '.join(KINDS)})", "peak memory (MiB)")


def main() -> int:
    """Measure, and write the document. 1 when a row does not hold; the document is then left as it was."""
    runs = {group: [(fault, _run(fault)) for fault in faults] for group, faults in GROUPS.items()}
    broken = [fault.name for rows in runs.values() for fault, ran in rows if ran.problems]
    if broken:
        print(f"{DOCUMENT.name} was not written; {len(broken)} rows do not hold: {'; '.join(broken)}")
        return 1
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(before + BEGIN + "".join(_sections(runs)) + END + after, "utf-8")
    return 0


def _run(fault: Fault) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        ran = run(fault, Path(folder))
    print(f"{fault.name}: {'; '.join(ran.problems) or 'as promised'}", flush=True)
    return ran


def _sections(runs: Mapping[str, Sequence[tuple[Fault, Run]]]) -> Iterator[str]:
    for group, rows in runs.items():
        table = [_cells(fault, ran) for fault, ran in rows]
        yield f"\n### {group}\n\n"
        yield from (f"| {' | '.join(cells)} |\n" for cells in (HEAD, ("---", *["---:"] * 4), *table))
    yield "\n"


def _cells(fault: Fault, ran: Run) -> tuple[str, ...]:
    measured = ran.measured
    requests = ", ".join(str(ran.requests[kind]) for kind in KINDS) if any(ran.requests.values()) else "none"
    return fault.name, str(measured.code), f"{measured.seconds:.1f}", requests, str(measured.mib)


if __name__ == "__main__":
    sys.exit(main())
