"""The values that flow through a review. They import nothing of ours and hold no behaviour beyond themselves.

Text that came from outside (diff lines, paths, replies) is stored as it came: every sink escapes it on its own.
Bytes that are not UTF-8 are decoded with `backslashreplace`, so a value here can always be encoded again.
"""

from __future__ import annotations

from enum import Enum, StrEnum

from msgspec import Struct, field

BUILTIN = "reviewbot"
"""The reviewer that is part of the program (secrets, hidden text). It needs no agreement and counts in none."""

ONE_REVIEWER = "There is one reviewer, so agreement means nothing."
"""The note of every report of a panel of one."""


class Severity(StrEnum):
    """How bad the effect is; ordered, CRITICAL highest."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """3 for critical down to 0 for low."""
        return _RANKS[self]


_RANKS = {severity: 3 - position for position, severity in enumerate(Severity)}


class Category(StrEnum):
    CORRECTNESS = "correctness"
    SECURITY = "security"
    CONCURRENCY = "concurrency"
    PERFORMANCE = "performance"
    ERROR_HANDLING = "error-handling"
    DATA = "data"
    API = "api"
    DESIGN = "design"
    TESTS = "tests"
    DOCS = "docs"
    STYLE = "style"
    PLAN = "plan"


class Side(StrEnum):
    """LEFT counts lines of the merge-base file, RIGHT those of the head file."""

    LEFT = "LEFT"
    RIGHT = "RIGHT"


class FileStatus(StrEnum):
    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"
    TYPE_CHANGED = "type-changed"
    UNMERGED = "unmerged"


class LineKind(Enum):
    CONTEXT = " "
    ADDED = "+"
    REMOVED = "-"


# ---------------------------------------------------------------- the change


class Line(Struct, frozen=True, kw_only=True):
    """One line of a hunk. `text` has no line feed; a carriage return before it is kept."""

    kind: LineKind
    old: int | None
    """Line number in the merge-base file; None for an added line."""
    new: int | None
    """Line number in the head file; None for a removed line."""
    text: str
    no_newline: bool = False
    """True for a last line without a line feed."""

    def number(self, side: Side) -> int | None:
        return self.new if side is Side.RIGHT else self.old


class Hunk(Struct, frozen=True, kw_only=True):
    """Neighbouring changed lines with their context, as `@@ -old_start,old_count +new_start,new_count @@ section`."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    section: str
    lines: tuple[Line, ...]


class FileDiff(Struct, frozen=True, kw_only=True):
    """One changed path. `path` is the head side's (the merge-base side's for a deletion)."""

    path: str
    status: FileStatus
    old_path: str | None = None
    """Where it came from, for a rename or copy only."""
    old_mode: str | None = None
    """Six octal digits as git writes them ("100644"); None when that side does not exist or is not told."""
    new_mode: str | None = None
    binary: bool = False
    hunks: tuple[Hunk, ...] = ()
    problem: str | None = None
    """Why this file's diff could not be read, when it could not; then `hunks` is empty."""


class Diff(Struct, frozen=True, kw_only=True):
    files: tuple[FileDiff, ...]


class Change(Struct, frozen=True, kw_only=True):
    """What is under review: merge-base..head."""

    diff: Diff
    base: str | None = None
    """Object id of the merge base; None for a diff from a file."""
    head: str | None = None
    """Object id of the head; None for a diff from a file, the index or the work tree."""
    subjects: tuple[str, ...] = ()
    """First lines of the commit messages, oldest first."""
    label: str = ""
    """How a person names this change, e.g. "main..feature"."""
    repository: str | None = None
    pull_request: int | None = None


# ---------------------------------------------------------------- the plan


class SkippedFile(Struct, frozen=True, kw_only=True):
    """A changed path that no reviewer is asked about."""

    path: str
    status: FileStatus
    reason: str
    gap: bool
    """True when it should have been reviewed: then the review is incomplete."""


class Segment(Struct, frozen=True, kw_only=True):
    """A file, or some of its hunks, inside one chunk."""

    file: FileDiff
    hunks: tuple[Hunk, ...]


class Chunk(Struct, frozen=True, kw_only=True):
    """What one prompt carries. Every reviewer in `reviewers` is asked about it."""

    number: int
    """1-based, in the order of paths."""
    segments: tuple[Segment, ...]
    reviewers: tuple[str, ...]
    instructions: tuple[str, ...] = ()
    """The person's extra instructions for the paths in this chunk."""


class Prompt(Struct, frozen=True, kw_only=True):
    """`system` is the same for every chunk and run of a reviewer, so provider caches can keep it."""

    system: str
    user: str


class Panelist(Struct, frozen=True, kw_only=True):
    """What the plan and the report need to know of a configured reviewer."""

    name: str
    model: str
    vendor: str
    max_input_tokens: int | None
    """None when nobody told; then a cautious budget holds."""
    skipped: str | None = None
    """Why it is not asked, when it is not."""


class Job(Struct, frozen=True, kw_only=True):
    """One question: this reviewer about this chunk."""

    reviewer: str
    chunk: int
    prompt: Prompt
    tokens: int
    """Estimated input tokens."""


class Plan(Struct, frozen=True, kw_only=True):
    jobs: tuple[Job, ...]
    """In the order in which they are asked; where money or time runs short, the later ones are left out."""
    chunks: tuple[Chunk, ...]
    skipped: tuple[SkippedFile, ...]


class Usage(Struct, frozen=True, kw_only=True):
    """What calls cost. `cost_usd` is None when a price is unknown: unknown is never zero."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """The part of `input_tokens` that the provider read from its prompt cache."""
    cost_usd: float | None = 0.0

    def __add__(self, other: Usage) -> Usage:
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost_usd=(self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
        )


# ---------------------------------------------------------------- findings


class Anchor(Struct, frozen=True, kw_only=True):
    """Where a finding points. As the reviewer said it until the anchor stage has placed it."""

    path: str | None
    side: Side = Side.RIGHT
    start: int | None = None
    """1-based, inclusive; None when the finding names no line."""
    end: int | None = None
    placed: bool = False
    """True when start..end are lines of one hunk of the change on `side`."""
    source: str = ""
    """The text of the first anchored line, as the change has it; empty when not placed."""
    note: str | None = None
    """What the anchor stage changed, in a sentence for a person."""


class Finding(Struct, frozen=True, kw_only=True):
    """One claim by one reviewer. `title` is one line; `body` says what fails, when and why."""

    reviewer: str
    anchor: Anchor
    severity: Severity
    category: Category
    title: str
    body: str
    quote: str | None = None
    """The first anchored line as the reviewer copied it."""
    suggestion: str | None = None
    """Text that would replace the anchored lines."""
    confidence: float | None = None
    """0..1 as the reviewer said it."""
    chunk: int | None = None
    """The chunk it was asked about; None for findings that no job made."""
    said: Anchor | None = None
    """The place as the reviewer gave it, once the anchor stage has run."""
    usage: Usage = field(default_factory=Usage)
    """Its share of the answer that it came with: an answer's cost is split evenly between its findings."""
    fingerprint: str | None = None
    """Its identity as an earlier run computed it; None where it follows from the anchor."""


class Agreement(Struct, frozen=True, kw_only=True):
    """How many reviewers back a finding, of how many that answered its chunk, from how many vendors."""

    count: int
    of: int
    vendors: int


class State(StrEnum):
    NEW = "new"
    KNOWN = "known"
    FIXED = "fixed"
    DECLINED = "declined"

    @property
    def closed(self) -> bool:
        """Nobody has to act on it: its code is gone, or a person has turned it down."""
        return self in (State.FIXED, State.DECLINED)


class MergedFinding(Struct, frozen=True, kw_only=True):
    """Findings that report one defect. `lead` is the member whose words stand for all."""

    lead: Finding
    members: tuple[Finding, ...]
    severity: Severity
    """The highest of the members'."""
    fingerprint: str
    """Identity across runs: path, anchored source, category; no line number, no wording."""
    also_at: tuple[Anchor, ...] = ()
    """Other places that members name, beyond the lead's."""
    agreement: Agreement = Agreement(count=0, of=0, vendors=0)
    state: State = State.NEW
    blocking: bool = False

    @property
    def usage(self) -> Usage:
        """What the answers of its members cost, each by the member's share."""
        return sum((member.usage for member in self.members), Usage())

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Names of the reviewers that back it, sorted, each once."""
        return tuple(sorted({m.reviewer for m in self.members}))


# ---------------------------------------------------------------- outcomes


class Limit(StrEnum):
    """A bound of one run, by its key in the configuration."""

    COST = "limits.max_cost_usd"
    DEADLINE = "limits.deadline_s"


class Move(Struct, frozen=True, kw_only=True):
    """A hunk that stood elsewhere when a reviewer read it: its place then, and how many lines it has moved since."""

    path: str
    old_path: str | None = None
    old_start: int
    old_count: int
    new_start: int
    new_count: int
    old_by: int
    new_by: int

    def lines(self, side: Side) -> range:
        """Those of `side` that it had then; none for a side on which it only shows a gap."""
        start, count = (self.new_start, self.new_count) if side is Side.RIGHT else (self.old_start, self.old_count)
        return range(start, start + count)

    def by(self, side: Side) -> int:
        return self.new_by if side is Side.RIGHT else self.old_by


class Reviewed(Struct, frozen=True, kw_only=True):
    """A reviewer answered a chunk."""

    reviewer: str
    chunk: int
    findings: tuple[Finding, ...]
    usage: Usage = field(default_factory=Usage)
    duration_s: float = 0.0
    cut_off: bool = False
    """The reply ended at its token limit: its whole findings are here, its missing part counts as not answered."""
    dropped: tuple[str, ...] = ()
    """For each entry of the reply that could not be read as a finding: why."""
    reply: str = ""
    """The text that the findings were read from."""
    cached: bool = False
    """It was given in an earlier run: nobody was asked, and nothing was spent."""
    moves: tuple[Move, ...] = ()
    """Every hunk of the chunk, where one has moved since the reply was given: `findings` point at where it is now."""


class Failed(Struct, frozen=True, kw_only=True):
    """A reviewer did not answer a chunk. A value, never an empty list."""

    reviewer: str
    chunk: int
    reason: str
    usage: Usage = field(default_factory=Usage)
    duration_s: float = 0.0
    left_out: Limit | None = None
    """The limit of the run because of which no call was made at all."""
    reply: str | None = None
    """The last text that came back and could not be read; None when none came."""


Outcome = Reviewed | Failed


class Coverage(Struct, frozen=True, kw_only=True):
    """Who should have answered a chunk and who did, whole."""

    chunk: int
    configured: tuple[str, ...]
    answered: tuple[str, ...]
    """A reviewer that failed, was cut off or has no key is not in it."""


class ReviewerStatus(StrEnum):
    REVIEWED = "reviewed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


class ReviewerResult(Struct, frozen=True, kw_only=True):
    """One reviewer over all its chunks."""

    name: str
    model: str
    vendor: str
    status: ReviewerStatus
    reason: str | None = None
    findings: int = 0
    duration_s: float = 0.0
    usage: Usage = field(default_factory=Usage)
    cached: bool = False


class Conclusion(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    BLOCK = "block"
    INCOMPLETE = "incomplete"
    SKIPPED = "skipped"


class Verdict(Struct, frozen=True, kw_only=True):
    conclusion: Conclusion
    reason: str
    """One sentence for a person."""
    fail_on: Severity | None
    """None stands for "never"."""
    min_agreement: int
    """As it was applied: never more than the reviewers configured."""
    fails: bool
    """Whether the policy turns this conclusion into a failing exit code."""


class FileResult(Struct, frozen=True, kw_only=True):
    """A changed path and whether it was reviewed."""

    path: str
    status: FileStatus
    reviewed: bool
    reason: str | None = None
    gap: bool = False
    asked: tuple[str, ...] = ()
    """Reviewers that were to read it, in the order of the panel."""
    answered: tuple[str, ...] = ()
    """Those of them that answered for all of it."""


class Report(Struct, frozen=True, kw_only=True):
    """Everything that is shown, posted and judged."""

    change: Change
    files: tuple[FileResult, ...]
    reviewers: tuple[ReviewerResult, ...]
    findings: tuple[MergedFinding, ...]
    """Sorted: blocking first, then severity, agreement, path, line."""
    verdict: Verdict
    usage: Usage
    duration_s: float = 0.0
    notes: tuple[str, ...] = ()
    """Warnings for a person: a cost that is not known, a single reviewer, entries dropped."""
