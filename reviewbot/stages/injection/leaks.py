"""What a model is to fetch, run or put into its answer: links, images, keys, prompts, what a command prints."""

from __future__ import annotations

from reviewbot.stages.injection.rules import LEAK, Family, gap_but, rules

_NOT_SO = r"(?<!not )(?<!never )(?<!don t )(?<!without )(?<!cannot )"
_ANSWER = (
    r"(?:(?:code )?reviews?|review (?:comments?|summary|body)|answers?|verdict|findings?|replies|reply|comments?|report"
    r"|summary|response|assessment|feedback)"
)
_YOURS = rf"(?:your (?:\w++ ){{0,2}}?{_ANSWER}|(?:the|this|each|every|any) (?:code )?(?:review|finding|verdict)s?)\b"
"""An answer that only somebody has who reviews."""
_MACHINE = (
    r"(?:ai|llm|gpt|claude|copilot|gemini|codex|language model|review(?:er|ing)? (?:bot|ai|agent|model)"
    r"|(?:automated|automatic|ai) review(?:er)?|assistant|agent|reviewbot)s?"
)
_IMAGE = r"(?:images?|pictures?|badges?|pixels?|gifs?|img tags?|iframes?|markdown (?:images?|links?))"
_LINK = r"(?:links?|hyperlinks?|urls?|anchors?)"
_PUT = (
    r"(?:include|paste|post|put|report|append|attach|send|add|insert|write|print|quote|copy|embed|reveal|output|repeat"
    r"|show|dump|mention|echo|exfiltrate|leak|disclose|return)"
)
_KEPT = (
    r"(?:(?:value|contents?) of \w+(?: \w+)?|\w*(?:api ?_?keys?|tokens?|secrets?|passwords?|credentials?)\b"
    r"|env(?:ironment)?(?: variables?)?\b|(?:system |full |initial |hidden |own |the )?prompts?\b|instructions\b"
    r"|config(?:uration)?\b|hostname\b|etc passwd\b|ssh keys?\b)"
)
_COMMAND = (
    r"(?:curl|wget|env|printenv|id|whoami|uname|ls|cat|nc|netcat|bash|sh|python|node|hostname|ifconfig|ip addr|set"
    r"|export|git config|git remote|shell|terminal|command|commands|script)"
)

LEAKS = (
    Family(  # how the answer is to begin, and pictures in it
        needs=("image", "picture", "badge", "pixel", "gif", "link", "url", "img", "iframe"),
        beside=(
            *("review", "answer", "finding", "reply", "verdict", "assessment", "feedback", "your ", "ai ", "llm"),
            *("claude", "copilot", "gemini", "assistant", "agent", "model"),
        ),
        words=rules(
            LEAK,
            rf"\b(?:begin|start|end|open|close|finish|preface|prefix|conclude|top|introduce) {_YOURS} (?:with|by)"
            rf"(?: \w++){{0,4}}? (?:{_IMAGE}|{_LINK})\b",
            rf"{_NOT_SO}\b(?:render|embed|include|insert|display|add|put|show|load|place|attach|append)"
            rf"(?: \w++){{0,3}}? {_IMAGE}{gap_but(10, 'if|when')} (?:in|into|to|at|of|on|inside|with) (?:the (?:top"
            rf"|end|start|bottom|beginning) of )?your (?:\w++ ){{0,2}}?{_ANSWER}\b",
            rf"{_NOT_SO}\b(?:include|insert|add|put|place|attach|append)(?: \w++){{0,3}}? {_LINK} to https?\b"
            rf"{gap_but(10, 'if|when')} (?:in|into|to|at|of|on) your (?:\w++ ){{0,2}}?{_ANSWER}\b",
            rf"\b{_MACHINE}(?: \w++){{0,3}}? (?:must|should|please|shall|has to|have to|render|embed)(?: \w++){{0,2}}?"
            rf" (?:render|embed|insert|display|load|this|an?|the)(?: \w++){{0,2}}? {_IMAGE}\b",
        ),
    ),
    Family(  # commands, and what they print
        needs=("run ", "execut", "invoke", "launch"),
        beside=("review", "answer", "finding", "reply", "verdict", "comment", "report", "summary", "result", "output"),
        words=(
            *rules(
                LEAK,
                rf"{_NOT_SO}\b(?:run|execute|invoke|launch) (?:\w++ ){{0,3}}?{_COMMAND}\b"
                rf"{gap_but(12, 'if|when')} {_PUT}(?: \w++){{0,6}}? (?:in|into|to|with|as|inside) {_YOURS}",
                rf"\b{_MACHINE}(?: \w++){{0,4}}? (?:run|execute|invoke|launch) (?:\w++ ){{0,3}}?{_COMMAND}\b"
                rf"(?: \w++){{0,12}}? {_PUT}(?: \w++){{0,6}}? (?:{_ANSWER}|result|output|outcome|it)\b",
            ),
            *rules(
                LEAK,
                rf"{_NOT_SO}\b(?:run|execute) (?:\w++ ){{0,2}}?(?:env|printenv|whoami|curl"
                rf"|wget)\b{gap_but(8, 'if|when')}"
                rf" (?:paste|post|put|include|append|attach)(?: \w++){{0,6}}? (?:in|into|to|as) (?:the|a) (?:\w++ )?"
                r"(?:comment|reply|answer|summary)\b",
                weak=True,
            ),
        ),
    ),
    Family(  # secrets and prompts
        needs=(
            *("key", "token", "secret", "password", "credential", "env", "prompt", "instructions"),
            *("value of", "content", "config", "hostname", "passwd"),
        ),
        beside=("your ", "review", "finding", "verdict", "comment", "reply", "summary", "answer"),
        words=(
            *rules(
                LEAK,
                rf"{_NOT_SO}\b{_PUT} (?:\w++ ){{0,4}}?{_KEPT}{gap_but(8, 'if|when')} (?:in|into|to|inside|as part of"
                rf"|at the (?:top|end) of) {_YOURS}",
                rf"\b{_MACHINE}(?: \w++){{0,4}}? {_PUT} (?:\w++ ){{0,4}}?{_KEPT}(?: \w++){{0,8}}? (?:in|into|to"
                rf"|inside"
                rf"|as|at) (?:the |a |its |their )?(?:\w++ )?{_ANSWER}\b",
            ),
            *rules(
                LEAK,
                rf"{_NOT_SO}\b(?:include|paste|post|put|append|reveal|leak|disclose|repeat|quote) (?:\w++ ){{0,3}}?"
                rf"(?:value of|contents of|system prompt|your|environment variables|env|\w+_api_key|api key)"
                rf"{gap_but(6, 'if|when')} (?:in|into|to) (?:the|a) (?:review )?(?:comment|reply|summary)\b",
                weak=True,
            ),
        ),
    ),
    Family(  # pages to be read and obeyed
        needs=(
            *("obey", "comply", "do what", "do as", "follow", "execut", "carry out", "act on", "apply"),
            *("visit", "fetch"),
        ),
        beside=("http", "www", "before you", "before answer", "before review", "obey", "comply", "do what", "do as"),
        words=(
            *rules(
                LEAK,
                rf"\b(?:fetch|download|load|retrieve|curl|visit|open|get|read|browse)(?: to)?{gap_but(12, 'if|when')}"
                r" (?:(?:obey|comply with) (?:it|them|what|everything|whatever)|(?:do what|do as) (?:it|they)"
                r" (?:says?|tells?))\b",
                rf"\b(?:fetch|download|load|retrieve|curl|visit|open|get|read|browse)(?: to)? (?:https?|this|the|www)\b"
                rf"{gap_but(14, 'if|when')} (?:follow|execute|carry out|act on|apply) (?:\w++ ){{0,3}}?(?:instructions"
                rf"|orders|it|them|what|rules|steps|directions)\b(?: \w++){{0,6}}? (?:before (?:you )?(?:review"
                rf"|answer)\w*"
                rf"|while (?:you )?review\w*|in {_YOURS}|(?:for|during) (?:the|this|your) review)",
                rf"\b{_MACHINE}(?: \w++){{0,3}}? (?:fetch|download|load|retrieve|curl|visit|open|browse)(?:"
                rf" \w++){{0,14}}?"
                r" (?:follow|execute|carry out|act on|apply|obey)\b",
                r"\bbefore (?:you )?(?:answer|review)(?:ing)?(?: \w++){0,3}? (?:fetch|download|load|retrieve|curl"
                r"|visit"
                r"|open|browse|read)\b(?: \w++){0,14}? (?:include|follow|execute|apply|act on|obey|do what)\b",
            ),
            *rules(
                LEAK,
                rf"\b(?:fetch|load|retrieve|curl|read)(?: \w++){{0,2}}? https?\b{gap_but(10, 'if|when')} (?:follow"
                rf"|execute|act on|carry out) (?:the"
                rf" instructions|its (?:instructions|orders)|what it says|them|it)\b",
                weak=True,
            ),
        ),
    ),
)
