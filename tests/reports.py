"""Reports for the tests of the formats: from a clean change to one that attacks whoever shows it."""

from __future__ import annotations

from msgspec.structs import replace
from values import change, file, finding, hunk

from reviewbot.model import (
    BUILTIN,
    Agreement,
    Anchor,
    Category,
    Change,
    Conclusion,
    FileResult,
    FileStatus,
    Finding,
    MergedFinding,
    Report,
    ReviewerResult,
    ReviewerStatus,
    Severity,
    Side,
    State,
    Usage,
    Verdict,
)

PANEL = (
    ("codex", "openai/gpt-5.2-codex", "openai"),
    ("gemini", "gemini/gemini-3-pro-preview", "gemini"),
    ("opus", "anthropic/claude-opus-4-6", "anthropic"),
)

SESSION = hunk(
    " def check(self, token: str) -> User | None:\n"
    "     stored = self.store.get(self.key)\n"
    "-    return compare_digest(token, stored)\n"
    "+    if token == stored:\n"
    "+        return self.user\n"
    "+    return None\n"
    " \n"
    " def renew(self) -> None:",
    old=38,
    new=39,
)
STORE = hunk(
    " async def save(self, key: str, value: bytes) -> None:\n"
    "-    async with self.lock:\n"
    "-        self.items[key] = value\n"
    "+    if key not in self.items:\n"
    "+        await self.reserve(len(value))\n"
    "+        self.items[key] = value",
    old=112,
    new=112,
)
QUERY = hunk(
    "+def find(name):\n+\treturn db.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\t# " + "x" * 120,
    old=0,
    new=1,
)


def sample_change() -> Change:
    """Three changed files of a small web application."""
    return replace(
        change(
            file("src/auth/session.py", SESSION),
            file("src/auth/store.py", STORE),
            file("src/users/query.py", QUERY, status=FileStatus.ADDED),
        ),
        base="5f1d2c3b4a59687766554433221100ffeeddccbb",
        head="c0ffee00aa11bb22cc33dd44ee55ff6677889900",
        label="main..feature/session-tokens",
    )


def placed(
    reviewer: str,
    path: str,
    start: int,
    end: int | None = None,
    *,
    side: Side = Side.RIGHT,
    severity: Severity = Severity.HIGH,
    category: Category = Category.CORRECTNESS,
    title: str = "the total is never reset",
    body: str = "The second call adds to the total of the first.",
) -> Finding:
    """A finding on a line of the change, as the anchor stage leaves it."""
    made = finding(
        reviewer, path, start, end, side=side, severity=severity, category=category, title=title, body=body, placed=True
    )
    return replace(made, said=Anchor(path=path, side=side, start=start, end=end or start))


def entry(
    *members: Finding,
    of: int = 3,
    blocking: bool = False,
    state: State = State.NEW,
    also_at: tuple[Anchor, ...] = (),
    fingerprint: str = "",
) -> MergedFinding:
    """One merged finding; the first member leads."""
    backers = {member.reviewer for member in members if member.reviewer != BUILTIN}
    lead = members[0]
    return MergedFinding(
        lead=lead,
        members=members,
        severity=max((member.severity for member in members), key=lambda severity: severity.rank),
        fingerprint=fingerprint or f"{len(lead.title):04x}{lead.anchor.start or 0:04x}",
        also_at=also_at,
        agreement=Agreement(count=len(backers), of=of if backers else 0, vendors=len(backers)),
        state=state,
        blocking=blocking,
    )


def answers(
    name: str = "opus",
    model: str = "anthropic/claude-opus-4-6",
    vendor: str = "anthropic",
    *,
    status: ReviewerStatus = ReviewerStatus.REVIEWED,
    reason: str | None = None,
    findings: int = 0,
    duration_s: float = 2.1,
    usage: Usage | None = None,
) -> ReviewerResult:
    if usage is None:
        usage = Usage(input_tokens=900, output_tokens=80, cost_usd=0.0041)
    return ReviewerResult(
        name=name,
        model=model,
        vendor=vendor,
        status=status,
        reason=reason,
        findings=findings,
        duration_s=duration_s,
        usage=usage,
    )


def panel(**findings: int) -> tuple[ReviewerResult, ...]:
    """Three reviewers that answered, with the number of findings of each."""
    return tuple(
        answers(name, model, vendor, findings=findings.get(name, 0), duration_s=1.9 + 0.3 * number)
        for number, (name, model, vendor) in enumerate(PANEL)
    )


def verdict(
    conclusion: Conclusion = Conclusion.PASS,
    reason: str = "No finding of severity high or higher is backed by at least 2 reviewers.",
    *,
    fails: bool = False,
    min_agreement: int = 2,
) -> Verdict:
    return Verdict(
        conclusion=conclusion, reason=reason, fail_on=Severity.HIGH, min_agreement=min_agreement, fails=fails
    )


def report(
    *findings: MergedFinding,
    reviewers: tuple[ReviewerResult, ...] | None = None,
    files: tuple[FileResult, ...] | None = None,
    of_change: Change | None = None,
    judged: Verdict | None = None,
    notes: tuple[str, ...] = (),
) -> Report:
    of_change = sample_change() if of_change is None else of_change
    reviewers = panel() if reviewers is None else reviewers
    if files is None:
        files = tuple(FileResult(path=f.path, status=f.status, reviewed=True) for f in of_change.diff.files)
    return Report(
        change=of_change,
        files=files,
        reviewers=reviewers,
        findings=findings,
        verdict=verdict() if judged is None else judged,
        usage=sum((result.usage for result in reviewers), Usage()),
        duration_s=max((result.duration_s for result in reviewers), default=0.0),
        notes=notes,
    )


# ---------------------------------------------------------------- whole reports


def clean() -> Report:
    return report()


def blocking() -> Report:
    """Three reviewers, findings of every kind."""
    timing = "Tokens are compared with ==, so the time of a reply tells how many bytes are right"
    first = entry(
        placed(
            "opus",
            "src/auth/session.py",
            41,
            42,
            category=Category.SECURITY,
            title=timing,
            body=(
                "`==` stops at the first byte that differs. A caller who can time replies recovers a token byte by"
                " byte; the old code used `compare_digest`, which takes the same time for every token.\n\n"
                "To fix it:\n"
                "- keep `compare_digest(token, stored)` and test its result\n"
                "- or hash both sides first, which also hides the length\n\n"
                "```python\nif compare_digest(token, stored):\n    return self.user\n```"
            ),
        ),
        placed(
            "codex",
            "src/auth/session.py",
            41,
            category=Category.SECURITY,
            title="Timing attack on the session token",
            body="The comparison is no longer constant-time.",
        ),
        placed(
            "gemini",
            "src/auth/session.py",
            41,
            severity=Severity.MEDIUM,
            title="`stored` may be None",
            body="When the key has expired, `stored` is None and no token is ever accepted.",
        ),
        blocking=True,
        also_at=(Anchor(path="src/auth/store.py", start=113, end=114),),
        fingerprint="a3f1c2d4e5b60718",
    )
    race = replace(
        placed(
            "codex",
            "src/auth/store.py",
            113,
            115,
            side=Side.LEFT,
            category=Category.CONCURRENCY,
            title="The lock around the write is gone",
            body="Two saves of one key both pass the test while one awaits reserve(), and the space is counted twice.",
        ),
        suggestion="    async with self.lock:\n        self.items[key] = value",
        confidence=0.8,
    )
    injection = placed(
        BUILTIN,
        "src/users/query.py",
        2,
        severity=Severity.CRITICAL,
        category=Category.SECURITY,
        title="A secret was about to leave this machine",
        body="The line holds what looks like a token. It was replaced before the change was sent to a model.",
    )
    moved = placed(
        "gemini",
        "src/users/query.py",
        1,
        2,
        severity=Severity.LOW,
        category=Category.TESTS,
        title="find() has no test",
        body="Nothing calls it with a name that holds a quote.",
    )
    moved = replace(
        moved,
        anchor=replace(moved.anchor, note="The reviewer named line 7, which the change does not have."),
    )
    elsewhere = finding(
        "opus",
        "src/auth/api.py",
        12,
        severity=Severity.MEDIUM,
        title="The caller still expects a bool",
        body="It tests `is True`.",
    )
    whole = finding(
        "gemini",
        None,
        None,
        severity=Severity.LOW,
        category=Category.DESIGN,
        title="Two stores of sessions now exist",
        body="",
    )
    return report(
        entry(injection, blocking=True, fingerprint="0123456789abcdef"),
        first,
        entry(race, of=3, fingerprint="b4"),
        entry(elsewhere, fingerprint="c5"),
        entry(moved, state=State.KNOWN, fingerprint="d6"),
        entry(whole, fingerprint="e7", state=State.DECLINED),
        reviewers=panel(codex=2, gemini=3, opus=2),
        files=(
            FileResult(
                path="package-lock.json", status=FileStatus.MODIFIED, reviewed=False, reason="excluded by **/*.lock"
            ),
            FileResult(path="src/auth/session.py", status=FileStatus.MODIFIED, reviewed=True),
            FileResult(path="src/auth/store.py", status=FileStatus.MODIFIED, reviewed=True),
            FileResult(path="src/users/query.py", status=FileStatus.ADDED, reviewed=True),
        ),
        judged=verdict(
            Conclusion.BLOCK,
            "1 finding of severity high or higher, backed by at least 2 reviewers"
            " and 1 finding of reviewbot's own checks.",
            fails=True,
        ),
    )


def incomplete() -> Report:
    """One reviewer failed, one was cut off, a file is a gap, a price is not known."""
    codex, gemini, opus = panel(opus=1)
    return report(
        entry(
            placed(
                "opus",
                "src/auth/store.py",
                112,
                severity=Severity.MEDIUM,
                title="save() can wait for ever",
                body="reserve() has no deadline.",
            ),
            of=2,
        ),
        reviewers=(
            replace(
                codex,
                status=ReviewerStatus.PARTIAL,
                reason="its answer was cut off at max_output_tokens",
                findings=0,
                usage=Usage(input_tokens=900, output_tokens=8000, cached_tokens=640, cost_usd=None),
            ),
            replace(
                gemini, status=ReviewerStatus.FAILED, reason="no answer within 120 s", duration_s=120.0, usage=Usage()
            ),
            opus,
            answers(
                "mistral",
                "mistral/mistral-large-latest",
                "mistral",
                status=ReviewerStatus.SKIPPED,
                reason="MISTRAL_API_KEY is not set",
                duration_s=0.0,
                usage=Usage(),
            ),
        ),
        files=(
            FileResult(path="assets/logo.png", status=FileStatus.ADDED, reviewed=False, reason="binary"),
            FileResult(
                path="data/dump.sql",
                status=FileStatus.ADDED,
                reviewed=False,
                reason="too large for every reviewer",
                gap=True,
            ),
            *(
                FileResult(
                    path=f"vendor/lib{n}.js", status=FileStatus.MODIFIED, reviewed=False, reason="excluded by vendor/**"
                )
                for n in range(20)
            ),
            FileResult(path="src/auth/session.py", status=FileStatus.MODIFIED, reviewed=True),
            FileResult(path="src/auth/store.py", status=FileStatus.MODIFIED, reviewed=True),
        ),
        judged=verdict(
            Conclusion.INCOMPLETE,
            "1 of 4 reviewers answered, gate.quorum is 2; 1 file not reviewed: data/dump.sql.",
            fails=True,
        ),
        notes=("The price of openai/gpt-5.2-codex is not known: limits.max_cost_usd cannot stop codex.",),
    )


def single_reviewer() -> Report:
    return report(
        entry(placed("opus", "src/auth/session.py", 43, severity=Severity.LOW, title="None is not a User"), of=1),
        reviewers=(answers(findings=1),),
        judged=verdict(reason="No finding of severity high or higher.", min_agreement=1),
        notes=("There is one reviewer, so agreement means nothing.",),
    )


HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07 ::error file=a.py,line=1::forged \u202egnp.exe\u200b\n"
    "::add-mask::hello\r\n  ::stop-commands::x\n##[error]old style\n"
    "@everyone see https://evil.example/?q=1 and [click](javascript:alert(1)) ![i](https://evil.example/p.png)\n"
    "Fixes #1, owner/repo#2, GH-3 <img src=x onerror=alert(1)> <!-- reviewbot:v1 fp=0 -->\n"
    "</details>\n\n| a | b |\n|---|---|\n| c | d |\n\n# heading\n\n[ref]: https://evil.example\n"
    "```suggestion\nrm -rf /\n```\n````\n::warning::in a fence that never ends `@x` \ud83d"
)


def hostile() -> Report:
    """Every text that comes from outside attacks: title, body, path, source line, reason, note, label."""
    path = "src/::error::\x1b[31m`|@x`\n<b>#1.py"
    evil = file(path, hunk("+::error::\x1b[2J\u202e</code> ``` @root\r", old=0, new=1))
    lead = placed("opus", path, 1, title=f"So: {HOSTILE}", body=HOSTILE)
    lead = replace(
        lead,
        anchor=replace(lead.anchor, note=HOSTILE),
        suggestion="```\n::error::x\n~~~~~~~~",
    )
    second = placed("codex", path, 1, severity=Severity.LOW, title="::notice::t", body=HOSTILE)
    return report(
        entry(lead, second, blocking=True, also_at=(Anchor(path=path, start=2, end=3),)),
        reviewers=(*panel(opus=1)[:2], answers("o|p`us", HOSTILE, status=ReviewerStatus.FAILED, reason=HOSTILE)),
        of_change=replace(change(evil), label="::error::\x1b[1m<b>@team/x"),
        files=(
            FileResult(path=path, status=FileStatus.ADDED, reviewed=True),
            FileResult(path=path + "2", status=FileStatus.ADDED, reviewed=False, reason=HOSTILE, gap=True),
        ),
        judged=verdict(Conclusion.BLOCK, HOSTILE, fails=True),
        notes=(HOSTILE,),
    )


def many(*, files_changed: int = 5, left_out: int = 30) -> Report:
    """Four findings in each of many files, and many files that were not reviewed."""
    files = tuple(
        file(f"pkg/module_{n:02}.py", hunk("\n".join(f"+value_{k} = {k}" for k in range(9)), old=0))
        for n in range(files_changed)
    )
    severities = tuple(Severity)
    entries = [
        entry(
            placed(
                "opus",
                f.path,
                2 * k + 1,
                severity=severities[k],
                title=f"Defect {k} of {f.path}",
                body="It fails. " * 40,
            ),
            placed(
                "codex", f.path, 2 * k + 1, severity=severities[k], title=f"Defect {k}, again", body="So it does. " * 30
            ),
            fingerprint=f"{n:08x}{k:08x}",
        )
        for k in range(4)
        for n, f in enumerate(files)
    ]
    return report(
        *entries,
        reviewers=panel(opus=4 * files_changed, codex=4 * files_changed),
        of_change=replace(change(*files), label="v1..v2"),
        files=(
            *(FileResult(path=f.path, status=f.status, reviewed=True) for f in files),
            *(
                FileResult(
                    path=f"third_party/{n:03}/generated_file.ts",
                    status=FileStatus.ADDED,
                    reviewed=False,
                    reason="excluded by third_party/**",
                )
                for n in range(left_out)
            ),
        ),
    )


def nothing_reviewed() -> Report:
    """Only files that hold nothing to review."""
    return report(
        reviewers=tuple(
            replace(
                result, status=ReviewerStatus.SKIPPED, reason="there was nothing to ask", usage=Usage(), duration_s=0.0
            )
            for result in panel()
        ),
        of_change=replace(change(file("poetry.lock")), label="staged"),
        files=(
            FileResult(path="poetry.lock", status=FileStatus.MODIFIED, reviewed=False, reason="excluded by **/*.lock"),
        ),
        judged=verdict(reason="Nothing to review."),
    )


def nobody_answered() -> Report:
    """Every reviewer failed: no finding, and no clean review either."""
    down = tuple(
        replace(result, status=ReviewerStatus.FAILED, reason="503 from the provider, three times", usage=Usage())
        for result in panel()
    )
    return report(
        reviewers=down,
        files=tuple(
            FileResult(path=f.path, status=f.status, reviewed=False, reason="no reviewer answered", gap=True)
            for f in sample_change().diff.files
        ),
        judged=verdict(Conclusion.INCOMPLETE, "0 of 3 reviewers answered, gate.quorum is 2.", fails=False),
    )


SAMPLES = {
    "clean": clean,
    "blocking": blocking,
    "incomplete": incomplete,
    "single-reviewer": single_reviewer,
    "hostile": hostile,
    "many": many,
    "nothing-reviewed": nothing_reviewed,
    "nobody-answered": nobody_answered,
}
