from __future__ import annotations

import re
from collections import defaultdict
from random import Random
from time import process_time

import pytest
from msgspec.structs import replace
from secret_samples import Sample, pem, samples
from values import file, hunk

from reviewbot.model import BUILTIN, Anchor, Category, Diff, FileDiff, FileStatus, LineKind, Severity, Side
from reviewbot.stages.redact import Redacted, Secret, redact, redact_subjects, redact_text, secret_findings
from reviewbot.stages.secrets.rules import RULES, Rule
from reviewbot.stages.secrets.search import replace_secrets

BY_RULE: defaultdict[str, list[Sample]] = defaultdict(list)
for one in samples():
    BY_RULE[one.rule].append(one)
TOKEN = next(sample.secret for sample in BY_RULE["github-token"])
OTHER = next(sample.secret for sample in BY_RULE["stripe-key"])
GONE = "[REDACTED:github-token]"
KEY = pem(Random(7), lines=5)
KEY_GONE = "[REDACTED:private-key]"
BEGIN, END = KEY[0], KEY[-1]


def redacted(*files: FileDiff) -> Redacted:
    return redact(Diff(files=files))


def texts(of: Redacted) -> list[str]:
    return [line.text for f in of.diff.files for h in f.hunks for line in h.lines]


def places(of: Redacted) -> list[tuple[str, Side, int | None, int | None, LineKind]]:
    return [(s.rule.name, s.side, s.line, s.end, s.line_kind) for s in of.secrets]


# ---------------------------------------------------------------- the table


def test_the_table_has_well_formed_rows_and_a_sample_of_each() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names)) > 100
    assert set(names) == set(BY_RULE)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    assert all(rule.title[:1] != " " and not rule.title.endswith(".") for rule in RULES)


@pytest.mark.requirement("R23")
@pytest.mark.parametrize("rule", sorted(BY_RULE))
def test_a_secret_is_replaced_wherever_it_stands_and_the_rest_of_its_line_is_kept(rule: str) -> None:
    assert [redact_text(sample.line) for sample in BY_RULE[rule]] == [sample.redacted for sample in BY_RULE[rule]]


@pytest.mark.requirement("R33")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_long_line_that_just_misses_takes_no_time_to_speak_of(rule: Rule) -> None:
    sample = BY_RULE[rule.name][0]
    near = sample.before + sample.secret[: len(sample.secret) * 2 // 3] + "!"
    line = near * (300_000 // len(near))
    began = process_time()
    replace_secrets([line], [rule])
    assert process_time() - began < 1


@pytest.mark.requirement("R33")
@pytest.mark.parametrize(
    "part",
    [
        "a",
        "token:",
        "pwd",
        "Q~",
        "--password=",
        "-token=",
        "--api-key=",
        "authorization=",
        "accountkey=",
        'token = "',
        "://a:b",
        "a://:",
        "\\neyJ",
        "Aa1",
        "bearer Basic ",
        BEGIN,
        END,
        f"{BEGIN}\\n",
        f"{BEGIN}\\n{KEY[2]}\\n",
        f"{KEY[2]}\\n{END}",
        OTHER + " ",
    ],
)
def test_a_long_line_takes_a_time_that_is_no_more_than_its_length(part: str) -> None:
    random_word = "aB3dE6xZ9qWq7Rt5mN4kJ2"  # without one, rules for what a generator made are not tried
    short, long = (f"{part * (length // len(part))} {random_word}" for length in (25_000, 250_000))
    times: list[float] = []
    for line in (short, long):
        began = process_time()
        redact_text(line)
        times.append(process_time() - began)
    assert times[1] < 40 * times[0] + 1


@pytest.mark.requirement("R23")
@pytest.mark.parametrize(
    "before", ["curl -u ann:", "mysql -p", "tool --db-password ", "deploy --api-key ", "export DB_PASSWORD="]
)
def test_nothing_of_a_secret_that_is_very_long_stays(before: str) -> None:
    secret = "aB3dE6+Z9qWq7Rt5mN4kJ2/x" * 10
    assert secret[-12:] not in redact_text(f"{before}{secret} more")
    assert redact_text(f"{before}{secret} more").endswith("] more")


# ---------------------------------------------------------------- what is no secret

HEX40 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
QUIET = [
    # stand-ins
    'key = "sk-..."',
    # what programs keep in place of a secret, and what only names one
    'password = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"',
    'password: "pbkdf2_sha256$260000$aB3dE6xZ9qWq$7Rt5mN4kJ2aB3dE6xZ9qWq7Rt5mN4kJ2"',
    'password = "ENC(AES256:aB3dE6xZ9qWq7Rt5mN4kJ2)"',
    "password: aws-sm://Prod1/db2",
    "password: ref+vault://Secret1/db2#/pw",
    'const token = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"',
    'key = "sk-ant-..."',
    "OPENAI_API_KEY=sk-" + "x" * 48,
    "token: ghp_xxxx",
    "token: ghp_" + "x" * 36,
    "AWS_ACCESS_KEY_ID=AKIA" + "IOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPx" + "RfiCYEXAMPLEKEY",
    "SLACK=xoxb-your-token-goes-right-here",
    "anthropic: sk-ant-api03-" + "your-key-goes-in-here-0000",
    "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
    'api_key = "<your api key>"',
    'api_key="<YOUR_API_KEY_12345678901234567890>"',
    'token = "${GITHUB_TOKEN_A1B2C3D4E5F6G7H8}"',
    "token: ${{ secrets.GITHUB_TOKEN_2_FOR_3_REPOS }}",
    'password = "changeme"',
    'password = "Password123!"',
    'password = "test1234"',
    "password: ********************",
    'secret = "REDACTED-0a1b2c3d4e5f6a7b"',
    'token = "[REDACTED:github-token]"',
    'password = "{{ vault_Password_1! }}"',
    'password = "${DB_Password_1!}"',
    'password = "<Your-Password-1!>"',
    'password = f"{user.Name}-{n:04}!A1"',
    'password = "#{Config.fetch(:x1)}!"',
    'password = "%(db_Password1)s!"',
    'password = "%s-Ab1!"',
    'password = "<%= Pass[1] %>"',
    'password = "{}Ab1!{}"',
    "DB_PASSWORD=changeme",
    'password = f"{first}-{second}-Pass1"',
    'password = "Ab1!{name}"',
    "mysql -u root -p shop",
    "mysql -uroot -proot",
    "mysql -uroot -psecret1 shop",
    "mysql -uroot -p$MYSQL_PASSWORD2 shop",
    "mysql -h db -P 3306 -pshop-db",
    "mysql is up; mkdir -phunter2hunter",
    "tool --password $PASSWORD2",
    "tool --password prompt",
    "tool --password-file /run/secrets/db2024x",
    "parser.add_argument('--password', help='x1')",
    "docker build --build-arg db_password=$DB_PASSWORD2 .",
    "docker build --build-arg db_password_file=/run/db2024x .",
    "sed -e s/password=.*/password=hunter2hunter/ x",
    "ENV DB_PASSWORD_FILE /run/secrets/db2024",
    "ENV PATH_PASSWORD $PASSWORD_2024",
    "ENV DB_PASSWORD is read by version2 of the entry point",
    "The ENV password hunter2hunter",
    "DB_PASSWORD=changeme123",
    "export DB_PASSWORD=$DB_PASSWORD_2024",
    "DB_PASSWORD=your-password-1-here",
    "DB_PASSWORD=xxxxxxxx12",
    "DB_PASSWORD=example2024",
    "DB_PASSWORD=postgres123",
    "DB_PASSWORD_FILE=/run/secrets/db2024",
    "PASSWORD_URL=vault-2024x",
    "f(PASSWORD=abc12345, x=1)",
    "OLDPWD=/home/app/v2",
    "connect(user=u, password=md5Hash2024)",
    "Server=db;Password=$(DbPassword2);",
    "Server=db;Password={password2};",
    "jdbc:mysql://db/app?user=root&password=${DB_PASSWORD2}",
    "jdbc:oracle:thin:scott/${pass}@//db:1521/x",
    "docker run -u 1000:1000123 x",
    'curl -u "$USER:$PASS_2024" https://api',
    "curl --user user:password https://api",
    "<password>changeme1</password>",
    "<password>${env.PASSWORD1}</password>",
    "Authorization: Token your-token-goes-here",
    'headers = {"Authorization": f"token {github_token_2024_v1}"}',
    "headers['Authorization'] = make_authorization_header2(a, b)",
    'authorization: "AuthorizationPolicyV1Beta1"',
    # names of secrets, and code that handles them
    'password = getpass("Password: ")',
    'api_key = os.environ["OPENAI_API_KEY_V2_2024_0815"]',
    "token = request.headers.get(f'X-Token-{n1}-{n2}-{n3}')",
    "self.client_secret = client_secret_from_vault_v2(path1, path2)",
    "def verify_password(plain_password: str, hashed_password: str) -> bool:",
    'SECRET_NAME = "projects/17/secrets/db-password-2024/versions/3"',
    'token_url = "https://oauth2.googleapis.com/v1beta1/token2"',
    'password_hash = "5f4dcc3b5aa765d61d8327deb882cf99"',
    "max_tokens = 12345678901234567890",
    'next_page_token = "aB3dE5fG7hI9jK1lM2nO4pQ6"',
    '"secret": "V1SecretVolumeSource"',
    'token_type = "oauth2TokenExchange"',
    'key = "us-east-1-2024-backup-bucket-a1"',
    "private_key: PKCS7PrivateKeyTypes,",
    "MLKEM1024P384PrivateKey = rust_openssl.hpke.MLKEM1024P384PrivateKey",
    'return "Basic (login and password removed)"',
    'primary_key="account_id"',
    "risk-assessment-of-2024-and-the-task-at-hand",
    "sk-circle-fade-dot-sk-circle-12-child",
    'if text.startswith(("ghp_", "github_pat_", "glpat-")):',
    "AKIA[0-9A-Z]{16}",
    # hashes, identifiers, encodings
    f"commit {HEX40}",
    f"- uses: actions/checkout@{HEX40}",
    f'"gitHead": "{HEX40}"',
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    '"integrity": "sha512-' + "Qx7Rm2Sn5Tb8Vw3Yz/Kp4" * 4 + '=="',
    "h1:" + "Kp4Qx7Rm2Sn5Tb8Vw3YzKp4Qx7Rm2Sn5Tb8Vw3Yz1234=",
    "id = 550e8400-e29b-41d4-a716-446655440000",
    'client_token = "550e8400-e29b-41d4-a716-446655440000"',
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1hsZ3v1VpguoR0B2bF0u0a1b2c3d4e5f6g7h8i9j0k me@host",
    # URLs without a password, or with what is no password
    "https://user:password@localhost:8080/",
    "http://abc:xyz@example.com",
    "postgres://postgres:postgres@db/app",
    "postgres://{user}:{password}@{host}/{db}",
    "https://${USER}:${TOKEN}@github.com/a/b.git",
    "https://%s:%s@%s/",
    "redis://:***@cache:6379",
    "http://localhost:8080/?mail=a@example.org",
    "git@github.com:owner/name.git",
    "ssh://git@github.com:22/owner/name.git",
    "Authorization: Basic dXNlcjpwYXNzd29yZA==",
    "Basic authentication and bearer tokens are supported",
    'headers = {"Authorization": f"Bearer {token}"}',
    "Authorization: Bearer $ACCESS_TOKEN_FOR_2_SERVICES",
    "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
    "eyJhbGciOi",
    "",
    "\r",
]


@pytest.mark.parametrize("line", QUIET)
def test_what_a_person_would_not_call_a_secret_stays(line: str) -> None:
    assert redact_text(line) == line


SETTINGS = [
    (".env", "db_pass={}"),
    ("deploy/.env.production", "db_password = {}"),
    ("app.properties", "spring.datasource.password={}"),
    ("values.yaml", "  password: {}"),
    ("k8s/secret.yml", "  db_password: {}  # rotate"),
    ("setup.cfg", "password:{}"),
    (".pypirc", "password = {}"),
    ("my.cnf", "password             =       {}\r"),
    ("main.tfvars", 'password = "{}"'),
]


@pytest.mark.requirement("R23")
@pytest.mark.parametrize(("path", "line"), SETTINGS)
@pytest.mark.parametrize("value", ["hunter2" + "hunter", "Tr0ub4dor" + "&3", "S3g4MmhQcTk" + "xeg==", "Kx8{" + "b<c9"])
def test_a_password_in_a_file_of_settings_needs_no_quotes(path: str, line: str, value: str) -> None:
    of = redacted(file(path, hunk(f"+{line.format(value)}")))
    (text,) = texts(of)
    assert text in {line.format(f"[REDACTED:{name}]") for name in ("settings-password", "hard-coded-password")}
    assert [secret.path for secret in of.secrets] == [path]
    assert texts(redacted(file("a.py", hunk("+password = hunter2hunter")))) == ["password = hunter2hunter"]


def test_a_password_on_a_line_of_its_own_is_known_in_a_netrc_alone() -> None:
    lines = "+machine api.corp\n+  login deploy\n+  password " + "hunter2xyz"
    assert texts(redacted(file(".netrc", hunk(lines))))[-1] == "  password [REDACTED:login-password]"
    assert redacted(file("notes.txt", hunk(lines))).secrets == ()


@pytest.mark.parametrize(
    "line",
    [
        "password: changeme",
        "password: changeme123",
        "password: string",
        "password: ${DB_PASSWORD_1}",
        "password: {{ vault_password1 }}",
        "password: !vault |",
        "password: *default_password1",
        "password = %(db_password1)s",
        "password: <your-password-1>",
        "password: your-password-1-here",
        "password: example2024",
        "password: see the section 4 of the handbook",
        "password_file: /run/secrets/db1",
        "secretName: db-password-1",
        "password: db-password-1",
        "password_min_length: 12345678",
        "password_timeout: 3600s",
        "password_hasher: django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "password: module.db2.password",
        "password: DB_PASSWORD_2",
        "db_password_url: https://vault/v1/db",
        "password: test1234",
        "pwd: /srv/app2024",
    ],
)
def test_what_stands_for_a_password_in_a_file_of_settings_stays(line: str) -> None:
    for path in ("values.yaml", ".env", "app.ini"):
        assert texts(redacted(file(path, hunk(f"+{line}")))) == [line]


# ---------------------------------------------------------------- private keys


@pytest.mark.parametrize("prefix", ["", "    ", "# ", "// ", " * ", "> ", "\t", '  "', "- ", "; "])
@pytest.mark.parametrize("suffix", ["", "\r", '",', '\\n" +', '\\n"', "\\"])
def test_a_private_key_is_replaced_line_by_line_inside_what_surrounds_it(prefix: str, suffix: str) -> None:
    text = "\n".join(["a = 1", *(prefix + line + suffix for line in KEY), "b = 2"])
    assert redact_text(text).split("\n") == ["a = 1", *[prefix + KEY_GONE + suffix] * len(KEY), "b = 2"]


@pytest.mark.parametrize("joint", ["\\n", "\\r\\n", "\\\\n", "%0A", "\\u000a", " "])
def test_a_private_key_in_one_string_is_one_placeholder(joint: str) -> None:
    assert redact_text(f'{{"private_key": "{joint.join(KEY)}", "x": 1}}') == f'{{"private_key": "{KEY_GONE}", "x": 1}}'


@pytest.mark.parametrize(
    "label",
    ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"],
)
def test_keys_of_every_make_are_known(label: str) -> None:
    key = pem(Random(2), label=label, lines=3)
    assert redact_text("\n".join(key)) == "\n".join([KEY_GONE] * len(key))


def test_a_key_that_begins_in_view_and_does_not_end_is_replaced_to_its_last_line() -> None:
    assert redact_text("\n".join(["x:", *KEY[:4]])) == "\n".join(["x:", *[KEY_GONE] * 4])
    assert redact_text("\n".join([*KEY[:4], "def f():"])) == "\n".join([*[KEY_GONE] * 4, "def f():"])


def test_a_key_that_ends_in_view_and_does_not_begin_is_replaced_from_its_first_line() -> None:
    assert redact_text("\n".join([*KEY[2:], "x = 1"])) == "\n".join([*[KEY_GONE] * len(KEY[2:]), "x = 1"])
    assert redact_text("\\n".join(KEY[2:]) + '"') == KEY_GONE + '"'


def test_headers_and_blank_lines_of_a_key_stay() -> None:
    headers = ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0011223344556677", ""]
    clean = redact_text("\n".join([KEY[0], *headers, *KEY[1:]]))
    assert clean == "\n".join([KEY_GONE, *headers, *[KEY_GONE] * len(KEY[1:])])


def test_an_openpgp_key_is_replaced_with_its_checksum() -> None:
    lines = [KEY[0].replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"), "", *KEY[1:-1], "=aB3d"]
    lines.append(KEY[-1].replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"))
    assert redact_text("\n".join(lines)) == "\n".join([KEY_GONE, "", *[KEY_GONE] * (len(lines) - 2)])


def test_of_a_putty_key_the_private_lines_are_replaced() -> None:
    before = ["PuTTY-User-Key-File-3: ssh-ed25519", "Public-Lines: 1", KEY[1]]
    clean = redact_text("\n".join([*before, "Private-Lines: 2", *KEY[2:4], "Private-MAC: 00"]))
    assert clean == "\n".join([*before, *[KEY_GONE] * 3, "Private-MAC: 00"])


@pytest.mark.parametrize("label", ["CERTIFICATE", "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE REQUEST"])
def test_what_is_public_stays_even_beside_a_private_key(label: str) -> None:
    public = pem(Random(3), label=label, lines=4)
    assert redact_text("\n".join(public)) == "\n".join(public)
    assert redact_text("\n".join([*public, *KEY, *public])).split("\n") == [*public, *[KEY_GONE] * len(KEY), *public]


@pytest.mark.parametrize(
    "text",
    [
        f'if "{BEGIN}" in text:\n    raise ValueError("a key")',
        f'"{BEGIN}\\n" + key + "\\n{END}\\n"',
        f"f'{BEGIN}\\n{{body}}\\n{END}'",
        f"{BEGIN}\n...\n{END}",
        f"{BEGIN}\n<your key>\n{END}",
        f"{BEGIN}\nYOUR_PRIVATE_KEY_GOES_HERE\n{END}",
        f"{BEGIN}\nMIIE" + "x" * 60 + f"\n{END}",
        f"{BEGIN}\n\n{END}",
        f"{END}\n{BEGIN}",
        f"first_line_of_a_long_function(argument_one)\n{END}",
    ],
)
def test_a_marker_without_a_key_stays(text: str) -> None:
    assert redact_text(text) == text


# ---------------------------------------------------------------- a change


def test_a_change_without_secrets_is_the_same_object() -> None:
    diff = Diff(files=(file("a.py", hunk(' token = read("TOKEN")\n+x = 1\n-y = 2')), file("b.md", hunk("+# Title"))))
    assert redact(diff).diff is diff
    assert redact(diff).secrets == ()


def test_a_file_without_secrets_is_the_same_object_beside_one_that_has_some() -> None:
    clean = file("a.py", hunk("+x = 1"))
    result = redacted(clean, file("b.py", hunk(f'+t = "{TOKEN}"')))
    assert result.diff.files[0] is clean
    assert texts(result) == ["x = 1", f't = "{GONE}"']


@pytest.mark.requirement("R23")
def test_added_removed_and_context_lines_are_redacted_and_told_by_side_and_number() -> None:
    result = redacted(file("a.py", hunk(f' c = "{TOKEN}"\n-r = "{TOKEN}"\n+a = "{TOKEN}"\n b', old=10, new=20)))
    assert texts(result) == [f'c = "{GONE}"', f'r = "{GONE}"', f'a = "{GONE}"', "b"]
    assert places(result) == [
        ("github-token", Side.RIGHT, 20, 20, LineKind.CONTEXT),
        ("github-token", Side.LEFT, 11, 11, LineKind.REMOVED),
        ("github-token", Side.RIGHT, 21, 21, LineKind.ADDED),
    ]


@pytest.mark.parametrize("tail", ["x", "_v2", "-9aZ", "Zz" * 40])
def test_what_stands_without_a_gap_behind_a_token_goes_with_it(tail: str) -> None:
    for rule in ("sonar-token", "easypost-key", "github-token", "postman-key"):
        sample = BY_RULE[rule][1]
        line = sample.before + sample.secret + tail + sample.after
        assert redact_text(line) == sample.redacted


def test_two_secrets_on_a_line_are_two() -> None:
    result = redacted(file("a.env", hunk(f"+A={TOKEN} B={OTHER}")))
    assert texts(result) == [f"A={GONE} B=[REDACTED:stripe-key]"]
    assert [place[0] for place in places(result)] == ["github-token", "stripe-key"]


def test_what_two_rules_match_is_one_secret_with_the_more_telling_name() -> None:
    result = redacted(file("a.py", hunk(f'+password = token = "{TOKEN}"\n+u = "https://me:{TOKEN}@host/"')))
    assert texts(result) == [f'password = token = "{GONE}"', f'u = "https://me:{GONE}@host/"']
    assert len(result.secrets) == 2


def test_carriage_returns_and_odd_line_ends_stay() -> None:
    result = redacted(file("a.py", hunk(f'+a = "{TOKEN}"\r\n+b\u2028{TOKEN}\x0c')))
    assert texts(result) == [f'a = "{GONE}"\r', f"b\u2028{GONE}\x0c"]


def test_a_private_key_is_one_secret_that_spans_its_lines() -> None:
    lines = "\n".join(f"+{line}" for line in ["key:", *KEY, "end"])
    result = redacted(file("k.yml", hunk(lines, new=5)))
    assert places(result) == [("private-key", Side.RIGHT, 6, 5 + len(KEY), LineKind.ADDED)]
    assert texts(result) == ["key:", *[KEY_GONE] * len(KEY), "end"]


def test_a_private_key_that_is_replaced_by_another_is_one_secret_on_each_side() -> None:
    new = pem(Random(8), lines=5)
    body = [f" {KEY[0]}", *(f"-{x}" for x in KEY[1:-1]), *(f"+{x}" for x in new[1:-1]), f" {KEY[-1]}"]
    result = redacted(file("k", hunk("\n".join(body), old=3, new=4)))
    assert set(texts(result)) == {KEY_GONE}
    assert places(result) == [
        ("private-key", Side.RIGHT, 4, 3 + len(new), LineKind.ADDED),
        ("private-key", Side.LEFT, 3, 2 + len(KEY), LineKind.REMOVED),
    ]


def test_a_private_key_in_the_context_is_one_secret() -> None:
    result = redacted(file("k", hunk("\n".join([*(f" {line}" for line in KEY), "+x", "-y"]))))
    assert [place[1:] for place in places(result)] == [(Side.RIGHT, 1, len(KEY), LineKind.CONTEXT)]


def test_a_line_put_into_a_private_key_does_not_hide_the_rest_of_it() -> None:
    lines = [*(f" {line}" for line in KEY[:3]), "+not a key", *(f" {line}" for line in KEY[3:])]
    result = redacted(file("k", hunk("\n".join(lines))))
    assert texts(result) == [*[KEY_GONE] * 3, "not a key", *[KEY_GONE] * len(KEY[3:])]
    assert len(result.secrets) == 1


@pytest.mark.parametrize("path", ["deploy/id_rsa", "tls/server.key", "certs/private.pem", "AuthKey.p8"])
def test_the_middle_of_a_key_is_known_by_the_name_of_its_file(path: str) -> None:
    middle = "\n".join([f" {KEY[2]}", f"-{KEY[3]}", f"+{KEY[4]}"])
    assert set(texts(redacted(file(path, hunk(middle))))) == {KEY_GONE}


@pytest.mark.parametrize("path", ["id_rsa.pub", "ca.pem", "keys.py", "blob.txt"])
def test_in_other_files_such_lines_stay(path: str) -> None:
    middle = "\n".join([f" {KEY[2]}", f"-{KEY[3]}", f"+{KEY[4]}"])
    assert redacted(file(path, hunk(middle))).secrets == ()


# ---------------------------------------------------------------- headings, paths


@pytest.mark.requirement("R23")
def test_a_heading_is_redacted_and_told_without_a_line() -> None:
    result = redacted(file(".env", hunk("+X=1", section=f"DEPLOY={TOKEN}")))
    assert result.diff.files[0].hunks[0].section == f"DEPLOY={GONE}"
    assert places(result) == [("github-token", Side.RIGHT, None, None, LineKind.CONTEXT)]


def test_a_heading_that_repeats_a_line_or_another_heading_is_told_once() -> None:
    heading = f"DEPLOY={TOKEN}"
    shown = redacted(file(".env", hunk(f" {heading}\n+X=1"), hunk("+Y=1", old=90, new=91, section=heading)))
    assert [place[2] for place in places(shown)] == [1]
    twice = redacted(file(".env", *(hunk("+Y=1", old=n, new=n, section=heading) for n in (50, 90))))
    assert len(twice.secrets) == 1


def test_a_heading_that_shows_the_beginning_of_a_line_is_told_with_it_once() -> None:
    whole = f"export PRODUCTION_DROPLETS={next(s.secret for s in BY_RULE['digitalocean-token'])}"
    shown = redacted(file("env.sh", hunk(f" {whole}\n+X=1"), hunk("+Y=1", old=90, new=91, section=whole[:80])))
    assert [place[2] for place in places(shown)] == [1]


def test_a_token_that_the_end_of_a_heading_cuts_off_is_redacted() -> None:
    whole = next(s.secret for s in BY_RULE["digitalocean-token"])
    section = f"export PRODUCTION_DROPLETS={whole}"[:80]
    result = redacted(file("env.sh", hunk("+x=1", section=section)))
    assert result.diff.files[0].hunks[0].section == "export PRODUCTION_DROPLETS=[REDACTED:cut-secret]"
    assert redact(result.diff).diff is result.diff


@pytest.mark.parametrize(("length", "is_cut"), [(74, False), (75, True), (80, True)])
def test_only_a_heading_that_is_nearly_as_long_as_git_has_it_may_be_cut(length: int, is_cut: bool) -> None:
    tail = next(s.secret for s in BY_RULE["digitalocean-token"])[:30]
    section = f"export {'PRODUCTION_DROPLETS_OF_OURS_ALL'.ljust(length - 38, 'X')}={tail}"
    assert len(section) == length
    result = redacted(file("env.sh", hunk("+x=1", section=section)))
    assert ("[REDACTED:cut-secret]" in result.diff.files[0].hunks[0].section) == is_cut


def test_a_heading_that_a_placeholder_makes_longer_is_not_taken_for_one_that_is_cut() -> None:
    section = "url=jdbc:oracle:thin:scott/k7x@//db:1521/x # " + "k3Jd8Q2mZx7Lp0Vw9Rt5"
    once = redacted(file("a.sh", hunk("+x=1", section=section)))
    clean = once.diff.files[0].hunks[0].section
    assert clean == "url=jdbc:oracle:thin:scott/[REDACTED:jdbc-password]@//db:1521/x # k3Jd8Q2mZx7Lp0Vw9Rt5"
    assert len(section) < 75 <= len(clean)
    assert redact(once.diff).diff is once.diff


@pytest.mark.parametrize(
    "section",
    [
        "def total(items: Sequence[Item], *, currency: Currency = Currency.EUR) -> Decimal:",
        f"revision = {HEX40}, and more text to make this heading as long as git has it",
        "class TokenCounterWithAVeryLongNameIndeed(BaseTokenCounter, SupportsVersion2024Api):",
    ],
)
def test_a_long_heading_without_a_token_stays(section: str) -> None:
    result = redacted(file("a.py", hunk("+x=1", section=section)))
    assert result.diff.files[0].hunks[0].section == section


@pytest.mark.requirement("R23")
def test_a_path_is_redacted_and_told_without_a_line() -> None:
    result = redacted(file(f"dumps/{TOKEN}.json", hunk("+{}")))
    assert result.diff.files[0].path == f"dumps/{GONE}.json"
    assert places(result) == [("github-token", Side.RIGHT, None, None, LineKind.CONTEXT)]
    assert result.secrets[0].path == f"dumps/{GONE}.json"


def test_paths_that_differ_in_a_token_only_stay_different() -> None:
    second = next(s.secret for s in BY_RULE["github-token"] if s.secret != TOKEN and s.secret.startswith("ghp_"))
    result = redacted(file(f"a/{TOKEN}"), file(f"a/{second}"), file(f"a/{GONE}-2"))
    assert [f.path for f in result.diff.files] == [f"a/{GONE}", f"a/{GONE}-3", f"a/{GONE}-2"]
    assert [f.path for f in redacted(file(TOKEN), file(second)).diff.files] == [GONE, f"{GONE}-2"]


@pytest.mark.requirement("R23")
def test_a_path_that_goes_away_counts_as_removed() -> None:
    moved = redacted(file("a.json", status=FileStatus.RENAMED, old_path=f"{TOKEN}.json"))
    assert moved.diff.files[0].old_path == f"{GONE}.json"
    assert places(moved) == [("github-token", Side.LEFT, None, None, LineKind.REMOVED)]
    deleted = redacted(file(f"{TOKEN}.json", hunk("-{}"), status=FileStatus.DELETED))
    assert places(deleted) == [("github-token", Side.LEFT, None, None, LineKind.REMOVED)]


@pytest.mark.requirement("R23")
def test_why_a_file_could_not_be_read_is_redacted() -> None:
    broken = replace(file("a"), problem=f"odd header: {TOKEN}")
    assert redacted(broken).diff.files[0].problem == f"odd header: {GONE}"


# ---------------------------------------------------------------- findings


def only_secret(line: str, *, path: str = "src/a.py") -> tuple[Secret, Diff]:
    result = redacted(file(path, hunk(f" x\n{line}", old=7, new=9)))
    (secret,) = result.secrets
    return secret, result.diff


def test_a_secret_on_an_added_line_is_a_critical_security_finding_of_our_own() -> None:
    secret, diff = only_secret(f'+t = "{TOKEN}"')
    (finding,) = secret_findings([secret], diff)
    assert finding.reviewer == BUILTIN == "reviewbot"
    assert (finding.severity, finding.category) == (Severity.CRITICAL, Category.SECURITY)
    assert finding.title == "GitHub token in the change"
    assert finding.anchor == Anchor(
        path="src/a.py", side=Side.RIGHT, start=10, end=10, placed=True, source=f't = "{GONE}"'
    )


def test_a_secret_on_a_context_line_is_critical_too() -> None:
    secret, diff = only_secret(f' t = "{TOKEN}"')
    (finding,) = secret_findings([secret], diff)
    assert (finding.severity, finding.anchor.side, finding.anchor.start) == (Severity.CRITICAL, Side.RIGHT, 10)


def test_a_secret_on_a_removed_line_is_of_medium_severity_on_the_left() -> None:
    secret, diff = only_secret(f'-t = "{TOKEN}"')
    (finding,) = secret_findings([secret], diff)
    assert (finding.severity, finding.anchor.side, finding.anchor.start) == (Severity.MEDIUM, Side.LEFT, 8)
    assert "history" in finding.body


def test_a_secret_in_a_path_is_a_finding_about_the_file() -> None:
    result = redacted(file(f"{TOKEN}.txt", hunk("+x")))
    (finding,) = secret_findings(result.secrets, result.diff)
    assert finding.anchor == Anchor(path=f"{GONE}.txt", side=Side.RIGHT, start=None, end=None, placed=False)
    assert finding.severity is Severity.CRITICAL


@pytest.mark.requirement("R23")
def test_a_secret_in_a_commit_message_or_title_is_a_finding_without_a_place() -> None:
    subjects, secrets = redact_subjects(["Add x", f"Use {TOKEN}", f"Use {OTHER} and {TOKEN}"])
    assert subjects == ("Add x", f"Use {GONE}", f"Use [REDACTED:stripe-key] and {GONE}")
    first, *others = secret_findings(secrets, Diff(files=()))
    assert len(others) == 2
    assert first.anchor == Anchor(path=None)
    assert (first.severity, first.title) == (Severity.CRITICAL, "GitHub token in the change")
    assert first.body.startswith("A commit message of this change, or its title, holds what looks like a secret")


def test_a_private_key_is_a_finding_on_all_its_lines() -> None:
    result = redacted(file("k", hunk("\n".join(f"+{line}" for line in KEY))))
    (finding,) = secret_findings(result.secrets, result.diff)
    assert (finding.title, finding.anchor.start, finding.anchor.end) == ("Private key in the change", 1, len(KEY))
    assert (finding.anchor.placed, finding.anchor.source) == (True, KEY_GONE)


@pytest.mark.requirement("R23")
def test_no_finding_shows_any_part_of_a_secret() -> None:
    result = redacted(
        *(file(f"{n}.txt", hunk("+" + sample.line.replace("\n", "\n+"))) for n, sample in enumerate(samples(1)))
    )
    shown = repr(secret_findings(result.secrets, result.diff))
    secrets = [sample.secret for sample in samples(1)]
    assert len(result.secrets) == len(secrets) + sum(sample.shown is not None for sample in samples(1))
    windows = {shown[n : n + 12] for n in range(len(shown) - 11)}
    assert not [secret for secret in secrets if any(secret[n : n + 12] in windows for n in range(len(secret)))]


def test_no_secrets_are_no_findings() -> None:
    assert secret_findings([], Diff(files=(file("a.py", hunk("+x")),))) == ()
