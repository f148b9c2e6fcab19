"""Orders to a reviewer that punctuation gives away: turns of a conversation, marks of an end, answers, who is called.

`TEXTS` are matched against lower-case text as it stands. `HINTS` are what every rule and sign in English needs.
"""

from __future__ import annotations

from reviewbot.stages.injection.rules import ADDRESS, EDGE, FORM, TURN, Rule, rules

_SPEAKER = (
    r"(?:<\|(?:im_start|start_header_id|system|assistant|user)\|>|\[/?inst\]|<<sys>>|<start_of_turn>|</?system"
    r"(?:-reminder)?>|\[/?system\]|\[tool[:\]]|</?(?:assistant|operator|developer|admin|tool_result|tool_response)>"
    r"|<?function_results?>?:?|\b(?:function_call_output|tool_result|tool_output|tool_response)s?\b"
    r"|###\s?(?:system|instructions?|response):"
    r"|\bbegin(?:ning)? (?:of )?(?:the )?(?:system|operator|developer|admin|trusted) (?:message|prompt"
    r"|instructions?)\b)"
)
_SPEAKS = r"(?:\b(?:system|assistant|human|operator):|\brole\W{1,4}system\b)"
_ABOUT = r"(?:findings?\b|\breviewe?[dr]?\b|reviewing|verdict|severity|security issues)"
_WANTED = (
    r"(?:approv|lgtm|ignore the|empty (?:list|array)|defects? found|looks? good|nothing (?:wrong|to (?:report|fix"
    r"|flag))"
    r"|all (?:good|clear)\b|\bno (?:\w+ )?(?:bugs|vulnerabilities|errors|flaws|defects|concerns)\b"
    r"|\bno (?:security )?(?:findings|issues"
    r"|problems|defects)"
    r"|stop reviewing|correct verdict|findings are|without (?:any )?(?:remarks?|comments?)|keep quiet|skip (?:the"
    r" )?(?:remaining|rest)"
    r"|(?:change|code|patch|diff|file|function|module|class|script|implementation|everything|pr)s? (?:is|are|looks?)"
    r" (?:\w+ )?(?:fine|safe|sound|clean|good|correct|approved))"
)
_MARK = r"(?:#|//|--|\*|/\*|<!--|;|%|rem )"
_CALLED = (
    r"(?:(?:ai|llm|automated|automatic|machine|robot|review|reviewing|reviewer|auditing|code)[ -]){1,3}"
    r"(?:assistants?|readers?|reviewers?|agents?|bots?|models?|auditors?|ais?)"
)
_SPARE = (
    r"(?:drop|hide|omit|skip|ignore|suppress|lower|downgrade|overlook|dismiss|disregard|withhold|forget|pass|merge"
    r"|approve|accept|stop|trust|keep quiet|say nothing|do not|don't|never|leave|no need|nothing|this|these|there"
    r"|you (?:may|can|must|should|need|are|will)|please|kindly|answer|respond|reply|report|return|output|say|state|mark"
    r"|rate|treat|assume|move on)"
)
_HUSHED = (
    r"(?:approve|accept|omit|rate|end each|answer|respond|reveal|nothing|no need|report (?:no|nothing)|say nothing"
    r"|(?:ignore|skip|disregard) (?:this|these|the (?:rest|next|following|remaining)|everything|all|any|every)"
    r"|(?:do not|don't|never) (?:report|flag|mention|comment|raise|look|review|note)|stop\b|this file|let "
    r"|mark (?:this|it|the) |you (?:may|can|must|should|need|are)(?: not| never)? (?:stop|skip|approve|ignore|move on"
    r"|report|flag|mention|comment|raise|look|review|accept))"
)
"""What nobody asks of a person who reviews, or hardly so."""
_ALL_WELL = r"(?:lgtm|approved?|pass(?:ed)?|clean|safe|no (?:issues|problems|findings)|ok|merge)"

TEXTS: tuple[Rule, ...] = (
    *rules(
        TURN,
        rf"{_SPEAKER}.{{0,120}}?(?:{_ABOUT}|{_WANTED})",
        rf"{_SPEAKS}.{{0,120}}?{_WANTED}",
        r"<tool_call>.{0,80}(?:approve|merge)_",
    ),
    *rules(
        EDGE,
        r"</(?:user|untrusted|diff|change|data|input|context|document|patch|code|content)(?:[_-]\w{1,20})?>[^<]{0,20}"
        r"<(?:operator|system|admin|developer|instructions?|assistant|trusted|root|orders?)\b",
    ),
    *rules(
        ADDRESS,
        r"\b(?:ai|llm|bot|model|assistant)s?\s?[:,]\s?(?:please )?(?:approve|ignore|skip|report|mark"
        r"|end each|answer|respond"
        r"|accept|omit|rate|disregard|let |reveal|apply)\b(?! (?:by|to|from|on|at|in) )",
        r"\b(?:claude|chatgpt|gpt|gemini|copilot|codex|llm|ai)s?(?:,|:| -) ?(?:please |kindly )?(?:skip|ignore"
        r"|approve|your job"
        r"|you (?:may|can|must|should|need|are)|stop(?!\s?[=:(])|do not|don't|this file|nothing)\b",
        rf"\b{_CALLED}\s?[:,]\s?{_SPARE}\b",
    ),
    *rules(
        FORM,
        r"\\?\"findings\\?\"\s?:\s?\[\s?\{.{0,300}?\\?\"severity\\?\"\s?:\s?\\?\"(?:low|info)",
        r"^\W{0,8}file: [^\n]{1,200} \((?:added|modified|deleted|renamed|copied)(?:, [^)\n]{0,100})?\)\W{0,8}$",
        rf"^\s*+{_MARK}.{{0,80}}?\bverdict\\?[\"']?\s?[:=]\s?\\?[\"']?{_ALL_WELL}\b",
    ),
    *rules(
        ADDRESS,
        r"\b(?:reveal|approve|as this \w+ says|instructions|prompt|brief|report|finding)\b[^.\n]{0,60}, reviewer\b",
        rf"\breviewers?\s?(?::|,| -)\s?(?:please |kindly )?{_HUSHED}",
        weak=True,
    ),
    *rules(TURN, rf"{_SPEAKS}.{{0,120}}?{_ABOUT}", weak=True),
    *rules(
        FORM,
        r"\b(?:answer|output|respond|reply|copy|use|valid|known)\b[^=(]{0,80}?\{?\s?\\?\"?findings\\?\"?\s?:\s?\[",
        weak=True,
    ),
)

HINTS = (
    *("instruct", "prompt", "guideline", "directi", "orders", "review", "approv", "lgtm", "finding"),
    *("language model", "llm", "severity", "you were", "you are", "system override", "system:", "system]"),
    *("system>", "system|", "system-", ": system", "= system", "=system", "system'", 'system"', "human:"),
    *("<start_of", "im_start", "start_header", "inst]", "base64", "rot13", "function_result", "call_output"),
    *("tool_", "[tool", "begin", "operator", "admin>", "developer>", "response:", "verdict", "problems", "</"),
    *("vulnerab", "issues", "defects", "file: ", " mode ", "end of ", "ends here", "the model", "suggestion"),
    *("between the two", "your", "repeat ", "merge tool", "pretend", "you must", "you should", "you will"),
    *("you shall", "you report", "you flag", "claude", "gpt", "gemini", "copilot", "codex", "empty list"),
    *("empty json", "empty object", "empty array", "conclude", "say that", "this diff", "this file", "this change"),
    *("as if", "model that", "models ", "neural net", "report no"),
)
"""What no match of a rule or a sign is without, in lower case, but for the words below: most lines have none of it."""
HINT_WORDS = frozenset(
    (
        "ai",
        "ais",
        "assistant",
        "assistants",
        "bot",
        "bots",
        "chatbot",
        "chatbots",
        "auditor",
        "auditors",
        "agent",
        "agents",
    )
)
"""Hints that have to be whole words."""
