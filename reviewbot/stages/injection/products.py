"""Reviewing products that are asked by their names to keep quiet, and marks that look like a switch for a reviewer."""

from __future__ import annotations

from reviewbot.stages.injection.rules import SILENCE, Family, rules

_PRODUCT = (
    r"(?:code ?rabbit(?: ?ai)?|greptile(?: ?ai)?|(?:cursor )?bug ?bot|qodo(?: merge| ai)?"
    r"|codium(?: ?ai)?|pr agent|korbit(?: ai)?|deepsource|gemini code assist|github copilot|codacy)"
)
_MAYBE_PRODUCT = (
    r"(?:copilot|claude|codex|gemini|sourcery|ellipsis|graphite|bito|devin|sweep|cubic|macroscope"
    r"|what the diff|diamond)"
)
"""Names that are words as well."""
_PLEASE = r"(?: ?[,:]| -)?(?: (?:please|kindly|just|you|can|may|should|must|to|hey|now))*+"
_SURE = (
    r" (?:(?:do not|don t|never|no|not|stop|refrain from|avoid) (?:\w++ )?(?:comment|review|report|flag|nag)\w*"
    r"|approve (?:this|it|the (?:change|pr|code)|all|every)\b)"
)
_QUIET = (
    rf"(?:{_SURE}| keep quiet| stay silent| stand down| (?:do not|don t|never|no|not|stop|refrain from|avoid) (?:\w++"
    rf" )?(?:post|mention|look|complain"
    rf"|suggest"
    r"|bother|check)\w*| (?:skip|ignore|pass over|leave out|exclude|omit) (?:(?:over|all|any|of|the|rest|remaining"
    r"|following|next|whole|entire) )*(?:this|these|it|files?|modules?|functions?|class|folder|directory|everything"
    r"|changes?|pr|diff|code|script|block|section|findings|review)\b| look away| nothing to (?:see|report))"
)
_COMMAND = r"(?:ignore|skip|pause|off|disable|resolve|approve|stop|mute|silence|quiet|abort|dismiss)"
_NAME = r"(?:ai|llm|gpt|bot|claude|copilot|gemini|coderabbit|greptile|bugbot|qodo|pr[-_ ]?agent|reviewbot|korbit)"
_REVIEW = rf"{_NAME}[-_ ]?(?:code[-_ ]?)?review(?:er|s|ing)?"
_OFF = (
    r"(?:off|disabled?|skip(?:[-_ ]?(?:file|this|next(?:[-_ ]line)?|line|block|all))?|ignore(?:[-_ ]?(?:file|start|all"
    r"|next(?:[-_ ]line)?|line|block|this))?|none|no|exclude|mute|suppress|pause|stop)"
)
_MARK = r"(?:^|[\s#/*;%!-])"

PRODUCTS = (
    Family(
        needs=(
            *("rabbit", "greptile", "bugbot", "bug bot", "copilot", "sourcery", "qodo", "codium", "agent", "korbit"),
            *("ellipsis", "graphite", "bito", "deepsource", "what the diff", "devin", "gemini", "claude", "codex"),
            *("codacy", "reviewbot", "sweep", "cubic", "macroscope", "diamond"),
        ),
        beside=(
            *("comment", "review", "report", "flag", "post", "mention", "look", "complain", "suggest", "bother", "nag"),
            *("skip", "ignore", "pass over", "leave out", "exclude", "omit", "approve", "quiet", "silent"),
            *("stand down", "check", "nothing to "),
        ),
        sentences=rules(
            SILENCE, rf"\b{_PRODUCT}{_PLEASE}{_QUIET}", rf"\b{_MAYBE_PRODUCT}(?: ai| agent)?{_PLEASE}{_SURE}"
        ),
    ),
    Family(
        needs=(
            *("review", "@ai", "@llm", "@bot", "@claude", "@copilot", "@gemini", "@coderabbit", "@greptile", "@bugbot"),
            *("@cursor", "@qodo", "@pr", "@korbit"),
        ),
        beside=(
            *("off", "disable", "skip", "ignore", "none", "exclude", "mute", "suppress", "pause", "stop", "resolve"),
            *("no-", "no_", "silence", "quiet", "approve"),
        ),
        texts=rules(
            SILENCE,
            rf"{_MARK}@?{_REVIEW}\s?[:-]\s?{_OFF}(?![\w-])(?!\s?[=(.])",
            rf"{_MARK}(?:no|skip|ignore|disable)[-_](?:ai|llm|bot|gpt)[-_](?:code[-_])?review(?:ers?)?\s*(?:$|[:*#]"
            rf"|--)",
            rf"@(?:{_REVIEW}|{_NAME})(?:ai)?\s+(?:please\s+)?{_COMMAND}(?:[-_ ]?(?:file|this|all|line"
            rf"|review))?(?![\w-])",
            rf"{_MARK}{_REVIEW}\s+{_OFF}\s*(?:$|\*/|-->)",
            weak=True,
        ),
    ),
)
