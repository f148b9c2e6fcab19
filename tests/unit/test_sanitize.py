from __future__ import annotations

import sys
import unicodedata

import pytest
from gfm import acting, shown
from hostile_text import ATTACKS

from reviewbot.sanitize import (
    ascii_text,
    clean_body,
    clean_title,
    clean_words,
    markdown,
    markdown_cell,
    markdown_code,
    markdown_line,
    markdown_span,
    not_a_command,
    terminal,
    terminal_line,
)
from reviewbot.sanitize.characters import is_unseen
from reviewbot.sanitize.prompt import visible

# ---------------------------------------------------------------- clean_words: what stays


@pytest.mark.parametrize(
    "words",
    [
        "When `items` is empty, `items[0]` raises IndexError.",
        "a < b and c > d, i<n, x->y, a <= b, p << 2, List[int], dict[str, int]",
        "`List<String>` and `<script>` and `@app.route('/')` and `#123` and `https://example.com` in code",
        "Optional<User>, Promise<void>, Map<String, List<Integer>>, vector<std::string>, Promise<Object>",
        "Replace <your key> with the id of <user_id>.",
        "**Bold**, *emphasis*, ~~gone~~, 2 * 3 * 4, snake_case_name, __init__",
        "1. first\n2. second\n   - nested\n\n> quoted\n\n# heading\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "```python\n@app.route('/')\ndef f() -> None:  # see #1\n    return '<b>'\n```",
        "~~~\n`x` @y\n~~~",
        "````\n```\nnested\n```\n````",
        "`a || b` and ``a ` b``",
        "naïve café, 日本語のコメント, Ελληνικά, עברית, 👍🏽 ✔️ 1️⃣ 👩‍💻, می‌خواهم, क्‍ष",
        "AT&T, a && b, &lt;b&gt;, &amp;, R&D;",
        "an e-mail without a host: user@ and a lone @ or # sign, C# and F#",
        "Commit 1a2b3c4d5e6f7a8b9c0d broke it.",
        "postgres://db/x and s3://bucket are no web addresses",
        "path\\to\\file, \\d+, [a-z]+, (x) [y] {z}",
        "tab\there",
        "two\nlines\n```\nof\ncode\n```",
        "```\n```X\n@a is still code\n```",
        "an escape \\* before `@octocat`",
        "- a list\nab <div and more",
        "x\na<div y",
        "< b and c <div",
        "<T> is a type\nand more",
        "a<Object> and f_<Object>",
        "a &nosuch; name",
        "",
    ],
)
def test_harmless_words_stay_as_they_are(words: str) -> None:
    assert clean_words(words) == words


# ---------------------------------------------------------------- clean_words: what goes


@pytest.mark.parametrize(
    ("words", "cleaned"),
    [
        ("ask @octocat or @org/team", "ask octocat or org/team"),
        ("missing @Override; `@Override` stays", "missing Override; `@Override` stays"),
        ("\\@octocat", "\\octocat"),
        ("mail root@example.com", "mail rootexample.com"),
        ("Fixes #12, closes o/r#3 and GH-4", "Fixes 12, closes o/r3 and GH4"),
        ("see https://example.com/a?b=1#c", "see example.com/a?b=1#c"),
        ("see http://www.example.com", "see example.com"),
        ("[the docs](https://example.com 'T') say", "the docs say"),
        ("![a chart](https://example.com/p.png)", "a chart"),
        ("[![badge](https://e.com/b.png)](https://e.com)", "badge"),
        ("[x][1]\n\n[1]: https://e.com", "[x][1]\n\n[1] e.com"),
        ("handlers[name](event)", "handlers[name(event)"),
        ("<b>bold</b> and <img src=x onerror=alert(1)>", "bold and "),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<div\nhidden", "div\nhidden"),
        ("<T>\nalone on its line", "T\nalone on its line"),
        ("<https://e.com> <root@e.com>", "e.com roote.com"),
        ("a <!-- hidden --> b <!-- never ends", "a  b  never ends"),
        ("`<!-- reviewbot:v1 -->` in code", "`!-- reviewbot:v1 -->` in code"),
        ("```suggestion\nx = 1\n```", "```\nx = 1\n```"),
        ("```python title=x\nx = 1\n```", "```python\nx = 1\n```"),
        ("- item\n  ```py\n  x\n  ```", "- item\n```py\n  x\n```"),
        ("before\n```python\n@a never ends", "before\na never ends"),
        ("one ` alone", "one  alone"),
        ("[^ `@octocat` ]", "^ `@octocat` ]"),
        ("a | b\n---|---\n` @octocat | `", "a | b\n---|---\n octocat | "),
        ("> ~~~\n> @octocat", "> \n> octocat"),
        ("//evil.example/x, ftp://evil.example", "evil.example/x, evil.example"),
        ("> see <a href=\n> x>there</a>", "> see there"),
        ("![alt](p)", "alt"),
        ("Use <Object> and Set<Object>", "Use  and Set<Object>"),
        ("```\n<!--\nreviewbot:v1 -->\n```", "```\n!--\nreviewbot:v1 -->\n```"),
        ("```x``` says @octocat\n\nmore\n```", "```x``` says octocat\n\nmore"),
        ("👩\u200dx \u2764\ufe0f\u200d🔥", "👩x \u2764\ufe0f\u200d🔥"),
        ("gh-7 and xgh-7", "gh7 and xgh-7"),
        ("a <? b ?> c <!DOCTYPE d> e <![CDATA[f]]>", "a ? b ?> c !DOCTYPE d> e ![CDATA[f]]>"),
        ("List<Object x='1'> and Set<script>", "List and Set"),
        ("&#64;octocat &commat;octocat", "octocat octocat"),
        ("\x1b[1;31mred\x1b[0m \x1b]8;;http://e.com\x1b\\link\x1b]8;;\x1b\\ \x9b2Jx", "red link x"),
        ("\x1b]0;never ends", "0;never ends"),
        ("a\x00b\x07c\x7fd\x85e", "abcde"),
        ("line\r\nline\rline", "line\nlineline"),
        ("left\u202eright\u202c \u2066x\u2069", "leftright x"),
        ("z\u200bero \u2060w\ufeffidth \u00adsoft", "zero width soft"),
        ("ta\U000e0074\U000e0061gs", "tags"),
        ("a\ufe0f b\ufe01\U000e0101 ✔\ufe0f\ufe0f", "a b ✔\ufe0f"),
        ("half \ud83d a pair", "half  a pair"),
        ("✔\u200b\ufe0f", "✔\ufe0f"),
        ("X\ufe0f\u20e3 X\u200d🔥 a\u200db", "X\u20e3 X🔥 ab"),
        ("م\u200bی x\u200cक क\u200cx", "می xक कx"),
        ("```\n```\n@a\n```\n```", "```\n```\na\n```\n```"),
        ("`a` [^ `@octocat` ]", "`a` ^ `@octocat` ]"),
        ("a | b\n---|---\n` @o | `zz | c", "a | b\n---|---\n o | zz | c"),
        ("a | b\n---|---\n`x|y` `@z`", "a | b\n---|---\nx|y `@z`"),
        ("a <!-- x --> b <!-- y --> c", "a  b  c"),
        ("a<!--<-->b" * 20, "ab" * 20),
        ("a<!-->b <!--> c -->", "ab  c -->"),
        ("one\ntwo\n<div\nhidden", "one\ntwo\ndiv\nhidden"),
        ("\n<div\nhidden", "\ndiv\nhidden"),
        ("<https://e.com> in vector<std::string>", "e.com in vector<std::string>"),
        ("<Object> x", " x"),
        ("a < b, then <? c", "a < b, then ? c"),
        ("a&bne;b &#88;", "ab "),
        ("a ` b\nc ` d", "a  b\nc  d"),
        ("see `x` and @octocat", "see `x` and octocat"),
        ("a<!-->b", "ab"),
        ("a < b <i>c</i>", "a < b c"),
        ("<widget size='1'> x", " x"),
        ("at www.example.com", "at example.com"),
    ],
)
def test_what_may_not_be_shown_is_taken_out(words: str, cleaned: str) -> None:
    assert clean_words(words) == cleaned


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_does_nothing_after_cleaning(name: str) -> None:
    cleaned = clean_words(ATTACKS[name])

    assert acting(cleaned, allow_inert=True) == []
    assert clean_words(cleaned) == cleaned


@pytest.mark.requirement("R14")
def test_the_judge_of_these_tests_sees_the_attacks() -> None:
    beyond_it = {"mention-in-an-undefined-footnote", "fence-that-never-ends", "selectors", "workflow-command"}

    assert {name for name, attack in ATTACKS.items() if not acting(attack)} == beyond_it


def test_markup_nested_beyond_reason_loses_all_of_its_marks() -> None:
    nested = "[" * 50 + "x" + "](http://e.com)" * 50

    cleaned = clean_words(nested)

    assert cleaned == "x" + "(ecom)" * 38
    assert clean_words(cleaned) == cleaned


def test_every_format_character_that_unicode_knows_counts_as_unseen() -> None:
    visible_signs = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    forgotten = [
        f"U+{point:04X}"
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and point not in visible_signs
        and chr(point) not in "\t\n"
        and not is_unseen(chr(point))
    ]

    assert forgotten == []


@pytest.mark.parametrize(
    "name", ["Address", "Button", "Data", "Form", "Input", "Label", "Map", "Object", "Option", "Time"]
)
def test_a_type_named_like_an_element_stays_where_it_is_attached_to_a_name(name: str) -> None:
    assert clean_words(f"Set<{name}> and <{name}>") == f"Set<{name}> and "


def test_a_title_is_one_line_and_says_so_when_nothing_is_left() -> None:
    assert clean_title("  Ask\n@octocat  twice ") == "Ask octocat twice"
    assert clean_title("<!-- nothing -->") == "(no readable title)"


def test_a_body_has_no_blank_edges() -> None:
    assert clean_body("\n  ask @octocat\n\ntwice\n") == "ask octocat\n\ntwice"


# ---------------------------------------------------------------- prompt


def test_a_prompt_shows_every_character_that_a_person_would_not_see() -> None:
    assert visible("plain text") == "plain text"
    assert visible("plain\ttext") == "plain\ttext"
    assert visible("a\u202eb 👩\u200d💻\x1b\n") == "a<U+202E>b 👩<U+200D>💻<U+001B><U+000A>"
    assert visible("\x07 in ASCII") == "<U+0007> in ASCII"


# ---------------------------------------------------------------- terminal


@pytest.mark.parametrize(
    ("text", "on_screen"),
    [
        ("plain text, ünïcode, 日本", "plain text, ünïcode, 日本"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b2J\x00\x7f", "\\x9b2J\\x00\\x7f"),
        ("one\r\ntwo\rthree", "one\ntwo\\rthree"),
        ("\u202egnp\u200b\u2028", "<U+202E>gnp<U+200B><U+2028>"),
        ("half \ud83d", "half <U+D83D>"),
        ("tag \U000e0041", "tag <U+E0041>"),
        ("✔\ufe0f 👩\u200d💻", "✔\ufe0f 👩\u200d💻"),
        ("\ufe0f\u20e3", "<U+FE0F>\u20e3"),
        ("a\tb", "a   b"),
        ("::error::x\n  ::add-mask::y", "\\::error::x\n  \\::add-mask::y"),
        ("\u00a0::error::x", "\u00a0\\::error::x"),
        ("std::move and a::b", "std::move and a::b"),
        ("see ##[group]x, ##vso[task.x] and ## [heading]", "see #\\#[group]x, #\\#vso[task.x] and ## [heading]"),
    ],
)
def test_a_terminal_shows_what_it_would_otherwise_obey(text: str, on_screen: str) -> None:
    assert terminal(text) == on_screen


def test_one_line_for_a_terminal_shows_its_line_feeds() -> None:
    assert terminal_line("a\nb\r\n::c") == "a\\nb\\n::c"


def test_wrapped_text_is_checked_for_commands_again() -> None:
    assert not_a_command("aaa\n::error::b") == "aaa\n\\::error::b"


def test_ascii_text_writes_other_characters_as_escapes() -> None:
    assert ascii_text("│ é 👍") == "\\u2502 \\xe9 \\U0001f44d"


# ---------------------------------------------------------------- markdown


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("Plain prose, with commas; and (brackets).", "Plain prose, with commas; and (brackets)."),
        ("`items[0]` fails", "`items[0]` fails"),
        ("a < b && c > d", "a &lt; b && c &gt; d"),
        ("2 * 3, snake_case, [x], ~y~, $z$", "2 \\* 3, snake\\_case, \\[x\\], \\~y\\~, \\$z\\$"),
        ("ping @octocat.", "ping `@octocat`."),
        ("(see #12, GH-3)", "(see `#12`, `GH-3`)"),
        ("at https://e.com/a_b, really", "at `https://e.com/a_b`, really"),
        ("in (src/app.py:41) or Session.get()", "in (`src/app.py:41`) or `Session.get()`"),
        ("commit 1a2b3c4d", "commit `1a2b3c4d`"),
        ("1. one\n2. two", "1\\. one\\\n2\\. two"),
        ("Steps:\n- one\n\nend", "Steps:\\\n\\- one\n\nend"),
        ("# heading\n===\n---", "\\# heading\n\\===\n\\---"),
        ("<!-- reviewbot:v1 -->", "&lt;!-- reviewbot:v1 --&gt;"),
        ("`<!-- reviewbot:v1 -->`", "`<\\!-- reviewbot:v1 -->`"),
        ("one ` alone", "one &#96; alone"),
        ("`code`@octocat", "`code` `@octocat`"),
        ("::error::x", "\\::error::x"),
        ("/approve", "\\/approve"),
        ("    indented", "indented"),
        ("```py\nx = `1`\n```", "```py\nx = `1`\n```"),
        ("```suggestion\n::error::x\n```", "```\n\\::error::x\n```"),
        ("\x1b[1m\u202e", "\\\\x1b\\[1m&lt;U+202E&gt;"),
        ("```\na\nb\n```", "```\na\nb\n```"),
        ("X marks X", "X marks X"),
        ("a | b\r\nc", "a \\| b\nc"),
        ("a\n\n- b", "a\n\n\\- b"),
        ("'@a' X@a @aX X@a)", "'`@a`' `X@a` `@aX` `X@a`)"),
        ("&lt; in R&D; &copy", "&amp;lt; in R&amp;D; &amp;copy"),
        ("(@a and @a) and (@a).b", "(`@a` and `@a`) and `(@a).b`"),
        ("", ""),
    ],
)
def test_markdown_shows_what_was_written(text: str, document: str) -> None:
    assert markdown(text) == document


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_does_nothing_as_markdown(name: str) -> None:
    attack = ATTACKS[name]

    assert acting(markdown(attack)) == []
    assert acting(markdown_line(attack)) == []
    assert acting(markdown_code(attack)) == []
    assert acting(f"| a |\n|---|\n| {markdown_cell(attack)} |") == []


def test_a_very_long_word_is_shown_whole() -> None:
    assert markdown("(" * 197 + "a.bc") == f"`{'(' * 197}a.bc`"
    assert markdown("(" * 196 + "a.bc") == f"{'(' * 196}`a.bc`"


def test_a_line_of_markdown_has_its_blanks_folded() -> None:
    assert markdown_line("  two\n\nlines\t of - text ") == "two lines of - text"
    assert markdown_line("- a | b") == "\\- a \\| b"


def test_a_cell_of_markdown_keeps_its_bars_to_itself() -> None:
    assert markdown_cell("a | b and `c|d`") == "a &#124; b and `c\\x7cd`"


def test_a_code_block_is_longer_than_any_run_of_backticks_in_it() -> None:
    assert markdown_code("`a`\n````\nb\n`c`") == "`````\n`a`\n````\nb\n`c`\n`````"
    assert markdown_code("a\n````\nb\n", "python") == "`````python\na\n````\nb\n`````"


def test_a_code_block_names_the_language_it_is_given() -> None:
    assert markdown_code("x") == "```\nx\n```"
    assert markdown_code("x", "python }") == "```python\nx\n```"


@pytest.mark.parametrize("language", ["suggestion", "Mermaid", "geojson", "math", "stl", "topojson", "a`b", "@x"])
def test_a_code_block_has_no_language_that_acts(language: str) -> None:
    assert markdown_code("x", language) == "```\nx\n```"
    assert acting(markdown_code("x", language)) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a.py", "`a.py`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("`a`", "`` `a` ``"),
        ("a\nb", "`a b`"),
        ("", ""),
        ("a|b", "`a|b`"),
        (" a", "` a`"),
        ("a ", "`a `"),
        (" a ", "`  a  `"),
        ("a`", "`` a` ``"),
    ],
)
def test_a_code_span_holds_any_text(text: str, span: str) -> None:
    assert markdown_span(text) == span
    assert shown(span) == "".join(text.split())


def test_what_stands_right_after_a_fence_stays() -> None:
    text = "```py\nx = 1\n```\nafter\n```\ny\n```\n```\nz\n```\nlast"
    assert clean_words(text) == text
