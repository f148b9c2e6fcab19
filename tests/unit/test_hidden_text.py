"""What a person does not see in a change (R26, I14): found where it hides, quiet in every script's own text."""

from __future__ import annotations

import unicodedata
from time import process_time

import pytest
from msgspec.structs import replace
from values import change, config, file, hunk

from reviewbot.core import conclude, make_plan, prepare
from reviewbot.formats.jsontext import json_text
from reviewbot.model import (
    BUILTIN,
    Anchor,
    Category,
    Conclusion,
    Diff,
    FileDiff,
    FileStatus,
    Finding,
    Panelist,
    Reviewed,
    Severity,
    Side,
)
from reviewbot.sanitize import clean_words, markdown_code, terminal
from reviewbot.sanitize.prompt import visible
from reviewbot.stages.hidden_characters import Kind, hidden_runs
from reviewbot.stages.hidden_text import hidden_findings
from reviewbot.stages.lookalikes import lookalikes


def found(*files: FileDiff) -> tuple[Finding, ...]:
    return hidden_findings(Diff(files=files))


def on_line(text: str) -> tuple[Finding, ...]:
    """What is found on an added line that is not the first of its file."""
    return found(file("a.py", hunk(f" x\n+{text}")))


def in_file(path: str, *lines: str) -> tuple[Finding, ...]:
    """What is found in a file to which these lines are added, behind another one."""
    return found(file(path, hunk("\n".join([" x", *(f"+{line}" for line in lines)]))))


def tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(char)) for char in text)


# ---------------------------------------------------------------- what hides

HIDDEN: list[tuple[str, str, Severity, str]] = [
    # the published forms of https://trojansource.codes
    ("comment out", "/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin admins only */", Severity.HIGH, "bidirectional"),
    (
        "stretched string",
        'if level != "user\u202e \u2066// Check if admin\u2069 \u2066":',
        Severity.HIGH,
        "bidirectional",
    ),
    ("early return", "''' Subtract funds from bank account then \u2067''' ;return", Severity.HIGH, "bidirectional"),
    ("embedding", 'x = "\u202bsecret\u202c"', Severity.HIGH, "bidirectional"),
    ("override among Arabic", "مرحبا \u202eabc\u202c", Severity.HIGH, "bidirectional"),
    ("isolate among Hebrew that hides code", "# שלום \u2067'; drop()\u2069", Severity.HIGH, "bidirectional"),
    ("isolate among Hebrew without an end", "# שלום \u2067abc", Severity.HIGH, "bidirectional"),
    ("end without a beginning", "# שלום \u202c abc", Severity.HIGH, "bidirectional"),
    ("tags", "# fine" + tags("ignore all"), Severity.CRITICAL, "tag characters"),
    ("tags behind a flag", "\U0001f3f4" + tags("ignore all previous"), Severity.CRITICAL, "tag characters"),
    ("tags without the flag", "x" + tags("gbeng") + "\U000e007f", Severity.CRITICAL, "tag characters"),
    ("bytes in selectors", "\U0001f600" + "\U000e0148\U000e0155", Severity.HIGH, "variation selectors"),
    ("bytes in short selectors", "\U0001f600\ufe01\ufe0a\ufe02", Severity.HIGH, "variation selectors"),
    ("a variable that is not seen", "const { a,\u3164} = req", Severity.HIGH, "letters that show nothing"),
    ("half-width filler", "x\uffa0 = 1", Severity.HIGH, "letters that show nothing"),
    ("zero-width space", 'if user == "ad\u200bmin":', Severity.MEDIUM, "zero-width"),
    ("joiner in a name", "is_ad\u200dmin = 1", Severity.MEDIUM, "zero-width"),
    ("non-joiner in a name", "is_ad\u200cmin = 1", Severity.MEDIUM, "zero-width"),
    ("word joiner", "ad\u2060min", Severity.MEDIUM, "zero-width"),
    ("byte order mark in the middle", "a\ufeffb", Severity.MEDIUM, "zero-width"),
    ("byte order mark on a later line", "\ufeffa", Severity.MEDIUM, "zero-width"),
    ("mark of direction", 'x = "admin\u200e"', Severity.MEDIUM, "zero-width"),
    ("mark in a string beside Arabic", 'x = "admin\u200f"  # مرحبا', Severity.MEDIUM, "zero-width"),
    ("escape", "print('\x1b[8mhidden\x1b[0m')", Severity.MEDIUM, "control characters"),
    ("carriage return", "evil()\rgood()", Severity.MEDIUM, "control characters"),
    ("backspaces", "evil()\b\b\b\b\b\bgood()", Severity.MEDIUM, "control characters"),
    ("line separator", "// a\u2028evil()", Severity.MEDIUM, "invisible characters"),
    ("stray selector", "a\ufe0fb", Severity.MEDIUM, "invisible characters"),
    ("grapheme joiner", "ad\u034fmin", Severity.MEDIUM, "invisible characters"),
    ("soft hyphen", "ad\u00admin", Severity.LOW, "soft hyphens"),
    ("Cyrillic among Latin", "is_\u0430dmin = True", Severity.MEDIUM, "names"),
    ("Greek among Latin", "n\u03bfde = 1", Severity.MEDIUM, "names"),
    ("Armenian among Latin", "c\u0585de = 1", Severity.MEDIUM, "names"),
    ("Cherokee among Latin", "\u13a0ATA = 1", Severity.MEDIUM, "names"),
    ("a letter beside an underscore", "user_\u0430 = 1", Severity.MEDIUM, "names"),
    ("all Cyrillic", "\u0441\u043e\u0440\u0443(x)", Severity.MEDIUM, "names"),
    ("all Cyrillic attribute", "x.\u0441\u043e\u0440\u0443", Severity.MEDIUM, "names"),
    ("mathematical letter", "ev\U0001d41al(x)", Severity.MEDIUM, "names"),
    ("full-width letter", "ev\uff41l(x)", Severity.MEDIUM, "names"),
    ("sign of Kelvin", "to\u212aen = 1", Severity.MEDIUM, "names"),
    ("behind an escape", 'x = "\\n\u0440ass"', Severity.MEDIUM, "names"),
]


@pytest.mark.parametrize(("text", "severity", "kind"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_i14_what_hides_on_an_added_line_is_a_security_finding_of_our_own(
    text: str, severity: Severity, kind: str
) -> None:
    (one,) = on_line(text)
    assert (one.reviewer, one.category, one.severity) == (BUILTIN, Category.SECURITY, severity)
    assert one.title.startswith("Hidden text: ")
    assert kind in one.title
    assert one.anchor == Anchor(path="a.py", side=Side.RIGHT, start=2, end=2, placed=True, source=text)


def test_a_finding_names_code_points_and_columns_and_quotes_no_hidden_character() -> None:
    (one,) = on_line('x = "a\u202eb" + "\u2066\u2069"')
    assert "column 7: U+202E RIGHT-TO-LEFT OVERRIDE; column 14: U+2066 LEFT-TO-RIGHT ISOLATE, U+2069 POP" in one.body
    (long,) = on_line("ok" + tags("run this"))
    assert "columns 3 to 10: 8 of them, U+E0072 TAG LATIN SMALL LETTER R, " in long.body
    (name,) = on_line("is_\u0430dm\u0456n = 1")
    assert (
        "column 4: `is_\u0430dm\u0456n` reads `is_admin` and has U+0430 CYRILLIC SMALL LETTER A and 1 more" in name.body
    )
    for finding in (one, long):
        shown = finding.title + finding.body
        assert not [char for char in shown if unicodedata.category(char) in ("Cf", "Cc")]


def test_many_kinds_on_a_line_are_one_finding_of_the_worst() -> None:
    (one,) = on_line("a\u200bb \u202e \u0430b" + tags("x"))
    assert (one.severity, one.title) == (Severity.CRITICAL, "Hidden text: tag characters and more")
    assert "tag characters, bidirectional control characters, zero-width characters and names that look" in one.body


def test_of_very_many_on_a_line_the_first_are_told_and_the_others_counted() -> None:
    (one,) = on_line("a\u200b" * 900)
    assert one.body.count("U+200B") == 5
    assert "; and 895 others." in one.body
    (many,) = on_line("a\u200b" * 5000 + tags("x"))
    assert "; and 995 or more others." in many.body
    assert many.severity is Severity.CRITICAL


# ---------------------------------------------------------------- names, wherever they stand in code

TAKEN_FOR_LATIN = [
    ("a.py", "if us\u0435r_id == 1:"),
    ("a.py", "    return \u0430dmin"),
    ("a.py", "import \u043es"),
    ("a.py", "class \u0410dmin:"),
    ("a.py", "obj.us\u0435r"),
    ("a.py", "f(us\u0435r=1)"),
    ("a.py", "@\u0441ache"),
    # of nothing but letters of another script
    ("a.py", "import \u043e\u0455"),
    ("a.py", "    return \u0441\u043e\u0440\u0443"),
    ("a.py", "\u0441\u043e\u0440\u0443, b = 1, 2"),
    ("a.py", "for \u0445 in y:"),
    ("a.py", "    f = sorted(y, key=lambda \u0445: x)"),
    ("a.py", "    lambda \u0445: x"),
    ("a.py", "def f(x: \u0421\u0430\u0440 | None) -> None:"),
    ("a.py", 'x = f"{\u0441\u043e\u0440\u0443}"'),
    ("a.py", "x = \u0441  # \u044d\u0442\u043e \u0446\u0435\u043d\u0430"),
    ("a.rs", "let \u0441 = a?;"),
    ("a.rs", "fn \u0441\u043e\u0440\u0443<'a>(x: &'a str) -> u8 {"),
    ("a.rs", "match \u0441\u043e\u0440\u0443 {"),
    ("a.go", "go \u0441\u043e\u0440\u0443()"),
    ("a.go", "type \u0421\u043e\u0440\u0443 struct {"),
    ("a.go", "if \u0430 != nil {"),
    ("a.js", "import { \u0441\u043e\u0440\u0443 } from 'x'"),
    ("a.ts", "const { \u0430 } = b;"),
    ("a.js", "export default \u0441\u043e\u0440\u0443;"),
    ("A.java", "public class \u0421\u043e\u0440\u0443 {"),
    ("A.java", "        return \u0441\u043e\u0440\u0443;"),
    ("a.c", "#define \u0421\u043e\u0440\u0443 1"),
    ("a.sh", "\u0441\u0430\u0440 file"),
    ("a.sql", "select \u0441 from t  -- \u0446\u0435\u043d\u0430"),
    # what a compiler that normalises names reads as a Latin one
    ("a.py", "x = \uff45\uff56\uff41\uff4c"),
    ("a.py", "\uff4f\uff53.system(y)"),
    ("a.py", "x = \U0001d41e\U0001d42f\U0001d41a\U0001d425(y)"),
    ("a.py", "x = \ufb01le"),
    # in a string, where a host has a point behind it
    ("a.py", 'url = "https://\u0430\u0440\u0440\u04cf\u0435.com/x"'),
    # in files of settings, where a name is known by being mixed
    ("a.json", '{"p\u0430ssword": 1}'),
    ("a.toml", "n\u0430me = 1"),
]


@pytest.mark.parametrize(("path", "line"), TAKEN_FOR_LATIN)
def test_i14_a_name_of_code_that_reads_like_a_latin_one_is_found_wherever_it_stands(path: str, line: str) -> None:
    (one,) = in_file(path, line)
    assert one.title == "Hidden text: names that look like other names"
    assert one.severity is Severity.MEDIUM


def test_a_name_that_reads_like_another_of_the_change_is_found_even_where_its_line_has_no_sign_of_code() -> None:
    (one,) = in_file("a.py", "from x import (", "    \u0441\u043e\u0440\u0443,", ")", "copy(y)")
    assert one.anchor.start == 3
    assert "`\u0441\u043e\u0440\u0443` reads `copy`" in one.body
    assert in_file("a.py", "from x import (", "    \u0441\u043e\u0440\u0443,", ")") == ()


def test_a_letter_that_is_like_a_latin_one_at_a_glance_counts_where_a_name_of_the_change_is_meant() -> None:
    (one,) = found(file("a.py", hunk(" def token(): ...")), file("b.py", hunk(" x\n+y = \u0442oken")))
    assert (one.anchor.path, one.anchor.start) == ("b.py", 2)
    assert in_file("b.py", "y = \u0442oken") == ()


def test_a_file_name_that_reads_like_a_name_of_the_change_is_found() -> None:
    named = file("\u0441\u043e\u0440\u0443/x.py", status=FileStatus.ADDED, old_path=None)
    (one,) = found(named, file("a.py", hunk(" import copy\n+")))
    assert one.anchor == Anchor(path="\u0441\u043e\u0440\u0443/x.py")
    assert found(named) == ()


HONEST = [
    # Russian, Ukrainian, Bulgarian, Serbian: prose in comments, strings, documents and settings
    ("a.py", "x = 1  # сор из избы, а не оса"),
    ("a.py", "    # рос"),
    ("a.py", 'name = "Роса"'),
    ("a.py", 'print("сух", end="")'),
    ("a.py", "    Сор и рос: что это такое (см. выше)."),
    ("a.py", '    """Возвращает хор."""'),
    ("a.py", "raise ValueError('а не х')"),
    ("a.js", "alert('сор'); // хор"),
    ("a.js", "const t = `сор ${x} рос`;"),
    ("a.go", "// сор, рос"),
    ("a.go", 'fmt.Println("сор")'),
    ("a.rs", '    println!("хор {}", x); // рос'),
    ("A.java", "     * сор, хор (рос)"),
    ("A.java", '    String s = "оса"; /* хор */'),
    ("a.sql", "select 1 -- сор"),
    ("a.sh", "echo 'сор' # хор"),
    ("README.md", "Оса (оса) = хор, сух; а рос"),
    ("README.md", "- [Роса](rosa.md): сор"),
    ("ru.po", 'msgstr "Сорос"'),
    ("ru.json", '  "wasp": "оса",'),
    ("uk.yaml", "title: Хор і сосна"),
    ("bg.properties", "a.b=сух хор"),
    ("index.html", "<td>оса</td><td>хор</td>"),
    ("a.py", "цена = кол_во * сор  # names of the author's own language"),
    ("a.py", "def сложить(а, б): return а + б"),
    ("a.py", "for слово in слова: хор.append(слово)"),
    ("a.go", "type Роса struct { Имя string }"),
    # Greek, and what formulas are written with
    ("a.py", "# Το όνομα ο Α και ο Β"),
    ("el.json", '  "and": "και", "or": "ή το"'),
    ("a.py", "Δt = 5 * μs + Ω_load"),
    ("a.py", "λ_max, x_α, σ2 = eig(Σ)"),
    ("a.py", "ρ = ν * τ  # rho = nu * tau"),
    ("a.jl", "Χ = α * β + γ"),
    ("a.hs", "f α ω = α"),
    ("a.tex", "Let 𝑥 ∈ ℝ and 𝛼 be ℓ"),
    ("a.py", "ℓ_max = ℏ * 𝑐"),
    ("a.py", "timeout = 10  # in µs, 20 kΩ, 5 Å"),
    # Armenian, Chinese, Japanese, Korean, Arabic, Hindi, Vietnamese, Turkish, German
    ("a.py", "# Հայերեն տող"),
    ("a.py", "print('全角ＡＢＣ')  # ｆｕｌｌ"),
    ("a.md", "全角文字（ＡＢＣ）を使う"),
    ("a.py", "変数 = 値 + 1"),
    ("a.kt", 'val 이름 = "값"'),
    ("a.py", "# مرحبا بالعالم (x)"),
    ("a.py", 'greeting = "नमस्ते"'),
    ("a.py", 'name = "Nguyễn Văn Ổn"'),
    ("a.py", "ışık = gün + 1"),
    ("A.java", "int größe = straße.länge();"),
    ("a.txt", "§ Ⅳ of the ﬁle, ™ and ℅"),
]


@pytest.mark.parametrize(("path", "line"), HONEST)
def test_honest_words_of_other_scripts_are_no_finding(path: str, line: str) -> None:
    assert in_file(path, line) == ()


def test_honest_words_in_one_change_with_their_latin_names_are_no_finding() -> None:
    """Names of formulas and of the same thing in two languages may stand side by side."""
    assert in_file("a.py", "x_a, nu, rho, pi = 1, 2, 3, 4", "x_α, ν, ρ, π = 1, 2, 3, 4") == ()
    assert found(*(file(path, hunk(f" x\n+{line}")) for path, line in HONEST)) == ()


# ---------------------------------------------------------------- every code point

CLASSES = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x2800, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xE0000, 0xE0200),
]


@pytest.mark.parametrize("around", ["ad{}min", 'x = "{}"', "{}x", "x{}", "# مرحبا a{}b", "# क a{}b", "# ไทย a{}b"])
def test_i14_every_code_point_that_hides_is_a_finding_on_an_added_line_and_in_a_name(around: str) -> None:
    quiet = [f"{char:04X}" for char in CLASSES if not on_line(around.format(chr(char)))]
    assert quiet == []
    named = [f"a{chr(char)}b.py" for char in CLASSES]
    assert len(found(*(file(name, status=FileStatus.ADDED, old_path=None) for name in named))) == 101


def test_i14_every_code_point_that_hides_is_written_out_in_prompts_and_in_what_is_shown() -> None:
    for char in map(chr, CLASSES):
        written = f"<U+{ord(char):04X}>"
        assert visible(f"ad{char}min") == f"ad{written}min"
        assert terminal(f"ad{char}min") == f"ad{written}min"
        assert written in markdown_code(f"ad{char}min").replace("&lt;", "<").replace("&gt;", ">")
        assert char not in json_text({"title": f"ad{char}min"})
        assert char not in clean_words(f"ad{char}min")


# ---------------------------------------------------------------- what is natural

NATURAL = [
    # Arabic, Persian, Urdu, Hebrew
    "# می\u200cخواهم کتاب\u200cها را بخوانم",
    'msgstr "وب\u200cگاه"',
    "// שלום (C++\u200f) עולם",
    'msgstr "\u200f%(model_name)s با این وجود دارد"',
    "السعر 100\u200e دولار",
    "שלום \u2067עולם\u2069 abc",
    "مرحبا \u202bعالم\u202c",
    "# العربية \u2068Linux\u2069 نص",
    "name: עברית",
    "הָאָ\u034fרֶץ",
    # Indic, Thai, Khmer, Burmese, Tibetan, Mongolian
    "# क्\u200dष और र\u200dय",
    "శ్రీ\u200cరామ",
    "ภาษา\u200bไทย",
    "ភាសា\u200bខ្មែរ",
    "ဘာသာ\u200bစကား",
    "ᠮᠣᠩᠭᠣᠯ\u180e ᠪᠢ\u180b",
    # Chinese, Japanese, Korean, with Latin words in it
    "# 使用API文档 and 変数x",
    "辻\U000e0100さん",
    "葛\ufe00城",
    "변수명ABC = 1",
    "\u1112\u119e\u11ab\u1160",
    "ＡＢＣ全角",
    # emoji
    "👨\u200d👩\u200d👧\u200d👦 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 ☎\ufe0e ℹ\ufe0f ©\ufe0f ‼\ufe0f",
    "👩🏽\u200d💻 🏳\ufe0f\u200d🌈 🏴" + tags("gbsct") + "\U000e007f",
    "🧑\u200d⚖\ufe0f",
    # Cyrillic, Greek, Armenian: prose, in code, beside Latin words
    "# Привет, мир: все рос, сор и оса",
    'print("Роса")',
    '    "Марс (Mars)",',
    'label = "ОСА"',
    "SQLзапрос и IPадрес",
    "COVID-вакцина, git'ом",
    'f"{n} с"  # за %dс и \\nСор',
    "[a-zа-яё]+ [A-Za-zА-Яа-я]",
    "Καλημέρα κόσμε",
    "Δt = σx + μ_max + kΩ + αβ",
    "𝐱 = 𝐀x + ℝn",
    "Բարև աշխարհ",
    "Ꭰ ᏣᎳᎩ",
    # what files have
    "a = 1\r",
    "\x0c",
    "\tindented\tby\ttabs",
    "naïve café Straße\u00a0x e\u0301 Zoe\u0308",
    "⠋⠙⠹\u2800",
    r'"\u202e \u200b \x1b[0m"',
    "",
    "x = 1",
]


@pytest.mark.parametrize("text", NATURAL)
def test_natural_text_of_any_script_is_no_finding(text: str) -> None:
    assert on_line(text) == ()


def test_a_byte_order_mark_at_the_beginning_of_a_file_is_no_finding() -> None:
    assert found(file("a.cs", hunk("+\ufeffusing System;"))) == ()
    assert [one.anchor.start for one in found(file("a.cs", hunk("+\ufeff\u200busing System;")))] == [1]


# ---------------------------------------------------------------- where it is looked for


def test_what_is_removed_or_was_there_is_no_finding() -> None:
    assert found(file("a.py", hunk("-x\u202e\n y\u202e", section="z\u202e"))) == ()


def test_a_new_file_name_with_hidden_text_is_a_finding_about_the_file() -> None:
    for status in (FileStatus.ADDED, FileStatus.RENAMED, FileStatus.COPIED):
        (one,) = found(file("exe\u202etxt.py", status=status, old_path=None))
        assert one.anchor == Anchor(path="exe\u202etxt.py")
        assert one.body.startswith("The name of this file has bidirectional control characters: column 4: U+202E")
    assert found(file("exe\u202etxt.py"), file("gone\u202e.py", status=FileStatus.DELETED)) == ()


def test_a_commit_message_or_title_with_hidden_text_is_a_finding_without_a_place() -> None:
    first, second = hidden_findings(Diff(files=()), ["Add x", "Approve" + tags("this"), "fix \u202e"])
    assert (first.severity, second.severity) == (Severity.CRITICAL, Severity.HIGH)
    assert {first.anchor, second.anchor} == {Anchor(path=None)}
    assert first.body.startswith("Commit message 2 of this change, or its title, has tag characters: columns 8 to 11")


# ---------------------------------------------------------------- how much is told


def test_of_many_lines_the_worst_are_told_in_order_and_the_rest_counted() -> None:
    lines = ["+a\u200bb"] * 30 + ["+" + tags("x"), "+a\u00adb", "+\u202e"]
    *told, rest = found(file("a.py", hunk("\n".join(lines))))
    assert [one.anchor.start for one in told] == [*range(1, 9), 31, 33]
    assert (rest.anchor, rest.severity) == (Anchor(path="a.py"), Severity.MEDIUM)
    assert rest.title == "Hidden text in 23 more lines of this file"


def test_of_many_files_the_worst_are_told_and_the_rest_counted() -> None:
    low = [file(f"{n}.py", hunk(" x\n+a\u00adb")) for n in range(150)]
    *told, rest = found(*low, file("z.py", hunk("+" + tags("x"))))
    assert len(told) == 100
    assert told[-1].anchor.path == "z.py"
    assert (rest.anchor, rest.severity, rest.title) == (
        Anchor(path=None),
        Severity.LOW,
        "Hidden text in 51 more files",
    )


@pytest.mark.parametrize(
    "part",
    [
        "\u200b",
        "a\u200b",
        "\u202b\u05d0",
        "\u202b\u05d0\u202c",
        "\u0430b ",
        "\u0430b",
        "\u0441\u043e\u0440 ",
        "\u05d0\u200f'",
    ],
)
def test_r33_a_long_line_takes_a_time_that_is_no_more_than_its_length(part: str) -> None:
    times: list[float] = []
    for length in (20_000, 200_000):
        line = part * (length // len(part))
        began = process_time()
        on_line(line)
        times.append(process_time() - began)
    assert times[1] < 40 * times[0] + 1


def test_every_kind_says_what_it_does_and_the_worst_comes_first() -> None:
    ranks = [kind.severity.rank for kind in Kind]
    assert ranks == sorted(ranks, reverse=True)
    for kind, sample in zip(
        Kind, ("\U000e0041", "\u202e", "\ufe01\ufe01", "\u3164", "\u200b", "\b", "\u034f", "\u00ad"), strict=True
    ):
        (run,) = hidden_runs(f"a{sample}b")
        assert run.kind is kind


def test_a_name_is_told_with_how_it_reads() -> None:
    (name,) = lookalikes("x = p\u0430ss\uff57ord")
    assert (name.start, name.places, name.looks_like) == (4, (1, 4), "password")


# ---------------------------------------------------------------- in the program


def test_r26_hidden_text_blocks_whatever_the_reviewers_say_and_is_shown_to_them() -> None:
    panel = [Panelist(name=name, model=name, vendor=name, max_input_tokens=None) for name in ("opus", "gpt", "gemini")]
    bad = change(file("a.py", hunk(" x\n+ok \u202e bad" + tags("x"))), subjects=["fix \u200b it"])
    prepared = prepare(bad, config())
    plan = make_plan(prepared.change, config(), panel, delimiter="MARK", count_tokens=len)
    assert all("+ ok <U+202E> bad<U+E0078>" in job.prompt.user for job in plan.jobs)
    assert all("fix" not in job.prompt.user for job in plan.jobs)
    clean = [Reviewed(reviewer=member.name, chunk=1, findings=()) for member in panel]
    report = conclude(prepared.change, plan, clean, config(), panel, own_findings=prepared.findings)
    assert report.verdict.conclusion is Conclusion.BLOCK
    assert [(entry.blocking, entry.agreement.count) for entry in report.findings] == [(True, 0), (False, 0)]


def test_hidden_text_is_found_whatever_is_done_about_secrets() -> None:
    bad = change(file("a.py", hunk("+\u202e")))
    for secrets in ("redact", "block", "off"):
        prepared = prepare(bad, replace(config(), secrets=secrets))
        assert (len(prepared.findings), prepared.redactions) == (1, 0)
