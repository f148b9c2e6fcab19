"""Files that a model reads before it works, by their names, and orders about reviews in them.

Whoever writes there speaks to a model, so no order needs to say to whom. Most are about how to write code, and those
are what the files are for. What is to be reported, approved or passed over when code is reviewed is another matter.
"""

from __future__ import annotations

from reviewbot.late import late
from reviewbot.stages.injection.bids import PART
from reviewbot.stages.injection.rules import ADDRESS, DICTATE, SILENCE, WEIGH, rules

_STANDING = late(
    r"(?:^|/)(?:(?:claude|agents?|gemini|copilot|codex|qwen|crush|warp|conventions)(?:\.local)?\.md|skill\.md"
    r"|\.(?:cursor|windsurf|cline|roo|goose|aider|continue)(?:rules|hints|ignore)?[\w-]*(?:/.*)?"
    r"|(?:copilot-instructions|[\w-]+\.instructions|[\w-]+\.prompt|[\w-]+\.chatmode)\.md|[\w.-]+\.mdc"
    r"|\.github/(?:instructions|prompts|chatmodes)/.*|\.(?:claude|gemini|codex|agents)/.*|best_practices\.md"
    r"|\.(?:coderabbit|pr_agent|greptile|sourcery|ellipsis|korbit)\.\w+|\.?greptile\.json|llms(?:-full)?\.txt)$"
)
_FLAW = (
    r"(?:findings?|issues?|problems?|vulnerabilit(?:y|ies)|defects?|bugs?|flaws?|weakness(?:es)?|concerns|security"
    r"|injections?)"
)
_NO = r"(?:do not|don t|never|must not|should not|need not|no need to|without|avoid|refrain from|stop)"
_TELL = (
    r"(?:report|flag|mention|comment on|raise|point out|list|note|complain about|criticise|criticize|warn about|tell"
    r" anyone about|bring up|call out)(?:ing)?"
)
_LOOK = r"(?:review|audit|scan|inspect|analyse|analyze)(?:ing)?"
_STARTS = r"(?:^|[.!?:;,] |\b(?:and|please|must|should|just|simply|then|always|automatically|only) )"
_WELL = r"(?:safe|trusted|correct|secure|reviewed|approved|audited|vetted|fine|clean|harmless|flawless)"
_CHANGE = r"(?:pull requests?|prs?|changes?|diffs?|commits?|patch(?:es)?|code|everything|merge requests?|mrs?)"
_LOW = r"(?:low(?:est)?|nits?|nitpicks?|informational|info|minor|trivial|cosmetic|negligible)"

STANDING = (
    *rules(
        SILENCE,
        rf"\b{_NO} {_TELL}(?: \w++){{0,5}}? {_FLAW}\b(?! (?:numbers?|ids?|trackers?|links?|titles?)\b)",
        rf"\b{_NO} {_LOOK}(?: \w++){{0,4}}? (?:{PART}|\w+/\S*|it)\b",
        rf"{_STARTS}(?:skip|omit|bypass) (?:the |any |all |every |your )*(?:code |security |pr )?(?:reviews?"
        rf"|audits?)\b",
        rf"{_STARTS}(?:skip|ignore|omit|suppress|hide|drop|dismiss|overlook|withhold) (?:all |any |every |the )*"
        rf"(?:\w++ )?(?:findings?|vulnerabilit(?:y|ies)|security (?:issues?|problems?|bugs?|flaws?))\b",
        r"\b(?:exempt|excluded|excused) from (?:\w++ )?(?:reviews?|audits?|scrutiny)\b",
        r"\b(?:needs?|requires?) no (?:code |security |further )?(?:review|audit)\b",
    ),
    *rules(
        ADDRESS,
        rf"\b(?:when|while|whenever|if|before|during|in) (?:you )?(?:\w++ )?(?:review|audit)(?:s|ing"
        rf"|ed)?\b[^.!?]{{0,60}}?"
        rf"\b(?:skip|ignore|approve|{_NO}|omit|overlook|only praise|assume|accept|pass)\b",
    ),
    *rules(
        DICTATE,
        rf"{_STARTS}(?<!not )(?<!never )approve (?:all |any |every |each |the |these |this |my |our |its )*(?:\w++"
        rf" )?{_CHANGE}\b"
        r"(?! only)",
        rf"{_STARTS}(?:report|return|say|find|answer|respond|reply|output|state)(?: with| that(?: there are)?)?"
        rf" (?:no|zero) (?:\w++ )?{_FLAW}\b(?! (?:if|when|unless|only))",
        r"\b(?:answer|respond|reply|comment|say|review)(?: only)?(?: with)? lgtm\b",
        rf"{_STARTS}(?:consider|treat|assume|regard|declare)(?: that)? (?:all |any |every |the |this |our )*(?:\w++ )?"
        rf"(?:{PART}|{_CHANGE})(?: \w+(?:/\S*)?){{0,4}}? (?:as |is |are |to be )(?:\w++ )?{_WELL}\b",
    ),
    *rules(
        WEIGH,
        rf"\b(?:rate|report|classify|mark|label|treat|downgrade|lower|grade|score|cap)(?: \w++){{0,4}}? {_FLAW}"
        rf"(?: \w++){{0,6}}? (?:as|to|at|with)(?: (?:an?|of|severity|only|just|most|the))*+ {_LOW}\b(?! (?:or|and"
        rf"|to)\b)",
    ),
)
"""Matched against sentences, as `Family.sentences` are."""


def read_by_models(path: str) -> bool:
    """Whether tools put a file of that path before their models as what to go by."""
    return _STANDING.search(path.lower()) is not None
