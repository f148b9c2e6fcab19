"""Made-up secrets of every kind that the table knows. They are put together here, so that no file holds a whole one."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

DIGITS = "0123456789"
HEX = DIGITS + "abcdef"
LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
ALNUM = DIGITS + LOWER + UPPER
URLSAFE = ALNUM + "_-"
BASE64 = ALNUM + "+/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A line that holds a secret."""

    rule: str
    before: str
    secret: str
    after: str

    @property
    def line(self) -> str:
        return self.before + self.secret + self.after

    @property
    def redacted(self) -> str:
        return f"{self.before}[REDACTED:{self.rule}]{self.after}"


def _run(alphabet: str, *lengths: int, joint: str = "") -> Callable[[Random], str]:
    """Runs of random characters; the first three are of different kinds where the alphabet has them."""

    def run(random: Random, length: int) -> str:
        first = [random.choice(part) for part in (LOWER, DIGITS, UPPER) if set(part) & set(alphabet) >= {part[0]}]
        first = [sign for sign in first if sign in alphabet][:length]
        return "".join((*first, *random.choices(alphabet, k=length - len(first))))

    return lambda random: joint.join(run(random, length) for length in lengths)


def _uuid(random: Random) -> str:
    return _run(HEX, 8, 4, 4, 4, 12, joint="-")(random)


def _encoded(random: Random) -> str:
    return b64encode(f"deploy:{_run(ALNUM, 14)(random)}".encode()).decode()


def _jwt(random: Random) -> str:
    header, body = (b64encode(text.encode()).decode().rstrip("=") for text in ('{"alg":"HS256"}', '{"sub":"17"}'))
    return f"{header}.{body}.{_run(URLSAFE, 43)(random)}"


Make = Callable[[Random], str]

TOKENS: tuple[tuple[str, str, Make], ...] = (
    ("anthropic-key", "sk-ant-" + "api03-", _run(URLSAFE, 93)),
    ("anthropic-key", "sk-ant-" + "oat01-", _run(URLSAFE, 86)),
    ("openrouter-key", "sk-or-" + "v1-", _run(HEX, 64)),
    ("langfuse-key", "sk-lf-", _uuid),
    ("openai-key", "sk-" + "proj-", _run(URLSAFE, 120)),
    ("openai-key", "sk-" + "svcacct-", _run(URLSAFE, 120)),
    ("openai-key", "sk-", lambda random: f"{_run(ALNUM, 20)(random)}T3BlbkFJ{_run(ALNUM, 20)(random)}"),
    ("openai-key", "sk-", _run(HEX, 32)),
    ("google-api-key", "AIza", _run(URLSAFE, 35)),
    ("google-auth-key", "AQ." + "Ab8", _run(URLSAFE, 48)),
    ("google-client-secret", "GOCSPX-", _run(URLSAFE, 28)),
    ("google-oauth-token", "ya29.", _run(URLSAFE, 120)),
    ("google-oauth-token", "1//0", _run(URLSAFE, 60)),
    ("huggingface-token", "hf_", _run(LOWER + UPPER, 34)),
    ("groq-key", "gsk_", _run(ALNUM, 52)),
    ("xai-key", "xai-", _run(ALNUM, 80)),
    ("perplexity-key", "pplx-", _run(ALNUM, 48)),
    ("replicate-token", "r8_", _run(ALNUM, 37)),
    ("nvidia-key", "nvapi-", _run(URLSAFE, 64)),
    ("cerebras-key", "csk-", _run(DIGITS + LOWER, 48)),
    ("together-key", "tgp_" + "v1_", _run(URLSAFE, 43)),
    ("fireworks-key", "fw_", _run(ALNUM, 24)),
    ("elevenlabs-key", "sk_", _run(HEX, 48)),
    ("pinecone-key", "pcsk_", _run(ALNUM, 6, 63, joint="_")),
    ("tavily-key", "tvly-" + "dev-", _run(ALNUM, 32)),
    ("langsmith-key", "lsv2_" + "pt_", _run(HEX, 32, 10, joint="_")),
    ("github-token", "ghp_", _run(ALNUM, 36)),
    ("github-token", "gho_", _run(ALNUM, 36)),
    ("github-token", "ghu_", _run(ALNUM, 36)),
    ("github-token", "ghs_", _run(ALNUM, 36)),
    ("github-token", "ghr_", _run(ALNUM, 76)),
    ("github-token", "ghs_" + "1234567_", _jwt),
    ("github-fine-grained-token", "github_" + "pat_", _run(ALNUM, 22, 59, joint="_")),
    ("gitlab-token", "glpat-", _run(URLSAFE, 20)),
    ("gitlab-token", "glpat-", lambda random: f"{_run(URLSAFE, 27)(random)}.01.{_run(DIGITS + LOWER, 9)(random)}"),
    ("gitlab-token", "glptt-", _run(HEX, 40)),
    ("gitlab-token", "glrt-", _run(URLSAFE, 20)),
    ("gitlab-token", "gldt-", _run(URLSAFE, 20)),
    ("gitlab-token", "glcbt-" + "64_", _run(URLSAFE, 20)),
    ("gitlab-runner-token", "GR1348941", _run(URLSAFE, 20)),
    ("atlassian-token", "ATATT3" + "xFfGF0", _run(URLSAFE, 180)),
    ("bitbucket-password", "ATBB", _run(ALNUM, 32)),
    ("npm-token", "npm_", _run(ALNUM, 36)),
    ("pypi-token", "pypi-" + "AgEIcHlwaS5vcmc", _run(URLSAFE, 140)),
    ("rubygems-key", "rubygems_", _run(HEX, 48)),
    ("crates-token", "cio", _run(ALNUM, 32)),
    ("nuget-key", "oy2", _run(DIGITS + LOWER, 43)),
    ("clojars-token", "CLOJARS_", _run(HEX, 60)),
    ("docker-token", "dckr_" + "pat_", _run(URLSAFE, 27)),
    ("artifactory-key", "AKCp", _run(ALNUM, 69)),
    ("artifactory-token", "cmVmd", _run(ALNUM, 59)),
    ("sonar-token", "sqp_", _run(HEX, 40)),
    ("sourcegraph-token", "sgp_", _run(HEX, 16, 40, joint="_")),
    ("buildkite-token", "bkua_", _run(HEX, 40)),
    ("circleci-token", "CCIPAT_", lambda random: f"{_run(ALNUM, 22)(random)}_{_run(HEX, 40)(random)}"),
    ("prefect-key", "pnu_", _run(ALNUM, 36)),
    ("postman-key", "PMAK-", _run(HEX, 24, 34, joint="-")),
    ("aws-access-key", "AKIA", _run(UPPER + "234567", 16)),
    ("aws-access-key", "ASIA", _run(UPPER + "234567", 16)),
    ("aws-bedrock-key", "ABSK", _run(BASE64, 128)),
    ("azure-client-secret", "abc8" + "Q~", _run(URLSAFE, 34)),
    ("azure-devops-token", "", lambda random: f"{_run(ALNUM, 76)(random)}AZDO{_run(ALNUM, 4)(random)}"),
    ("azure-ai-key", "", lambda random: f"{_run(ALNUM, 52)(random)}JQQJ9{_run(ALNUM, 27)(random)}"),
    ("alibaba-key", "LTAI", _run(ALNUM, 20)),
    ("tencent-key", "AKID", _run(ALNUM, 32)),
    ("digitalocean-token", "dop_" + "v1_", _run(HEX, 64)),
    ("heroku-key", "HRKU-", _run(URLSAFE, 60)),
    ("cloudflare-token", "cfut_", _run(ALNUM, 48)),
    ("cloudflare-origin-key", "v1.0-", _run(HEX, 24, 146, joint="-")),
    ("flyio-token", "fo1_", _run(URLSAFE, 43)),
    ("flyio-token", "fm2_", _run(ALNUM, 160)),
    ("netlify-token", "nfp_", _run(ALNUM, 36)),
    ("vercel-blob-token", "vercel_blob_" + "rw_", _run(ALNUM, 16, 40, joint="_")),
    ("render-key", "rnd_", _run(ALNUM, 28)),
    ("planetscale-token", "pscale_" + "tkn_", _run(URLSAFE, 43)),
    ("neon-key", "napi_", _run(DIGITS + LOWER, 64)),
    ("supabase-token", "sbp_", _run(HEX, 40)),
    ("supabase-key", "sb_" + "secret_", _run(URLSAFE, 31)),
    ("databricks-token", "dapi", _run(HEX, 32)),
    ("vault-token", "hvs.", _run(URLSAFE, 92)),
    ("vault-token", "hvs.", _run(ALNUM, 24)),
    ("terraform-token", "", lambda random: f"{_run(ALNUM, 14)(random)}.atlasv1.{_run(ALNUM, 67)(random)}"),
    ("pulumi-token", "pul-", _run(HEX, 40)),
    ("doppler-token", "dp." + "pt.", _run(ALNUM, 43)),
    ("encoded-private-key", "LS0tLS1CRUdJTiB" + "SU0EgUFJJVkFURSBLRVktLS0tLQ", _run(BASE64, 200)),
    ("encoded-private-key", "LS0tLS1CRUdJTiB" + "QUklWQVRFIEtFWS0tLS0tCk", _run(BASE64, 200)),
    ("age-key", "AGE-SECRET-" + "KEY-1", _run("023456789ACDEFGHJKLMNPQRSTUVWXYZ", 58)),
    ("onepassword-token", "ops_" + "eyJ", _run(BASE64, 250)),
    ("onepassword-key", "A3-", _run(UPPER + DIGITS, 6, 6, 5, 5, 5, 5, joint="-")),
    ("tailscale-key", "tskey-" + "auth-", _run(ALNUM, 16, 32, joint="-")),
    ("openshift-token", "sha256~", _run(URLSAFE, 43)),
    ("new-relic-key", "NRAK-", _run(UPPER + DIGITS, 27)),
    ("grafana-token", "glsa_", lambda random: f"{_run(ALNUM, 32)(random)}_{_run(HEX, 8)(random)}"),
    ("grafana-cloud-token", "glc_", _run(ALNUM, 120)),
    ("sentry-token", "sntrys_", _run(URLSAFE, 120)),
    ("sentry-token", "sntryu_", _run(HEX, 64)),
    ("dynatrace-token", "dt0" + "c01.", _run(UPPER + DIGITS, 24, 64, joint=".")),
    ("launchdarkly-key", "sdk-", _uuid),
    ("linear-key", "lin_" + "api_", _run(ALNUM, 40)),
    ("notion-token", "ntn_", _run(ALNUM, 46)),
    ("notion-legacy-token", "secret_", _run(ALNUM, 43)),
    ("figma-token", "figd_", _run(URLSAFE, 40)),
    ("airtable-token", "pat", lambda random: f"{_run(ALNUM, 14)(random)}.{_run(HEX, 64)(random)}"),
    ("typeform-token", "tfp_", _run(ALNUM, 44)),
    ("contentful-token", "CFPAT-", _run(URLSAFE, 43)),
    ("dropbox-token", "sl.", _run(URLSAFE, 135)),
    ("hubspot-token", "pat-" + "na1-", _uuid),
    ("mapbox-token", "sk." + "eyJ", _run(ALNUM, 80, 22, joint=".")),
    ("maxmind-key", "", lambda random: f"{_run(ALNUM, 6, 29, joint='_')(random)}_mmk"),
    ("shopify-token", "shpat_", _run(HEX, 32)),
    ("stripe-key", "sk_" + "live_", _run(ALNUM, 24)),
    ("stripe-key", "rk_" + "live_", _run(ALNUM, 99)),
    ("stripe-webhook-secret", "whsec_", _run(ALNUM, 32)),
    ("square-secret", "sq0csp-", _run(URLSAFE, 43)),
    ("square-token", "EAAA", _run(URLSAFE, 60)),
    ("facebook-token", "EAA", _run(ALNUM, 180)),
    ("braintree-token", "access_" + "token$production$", _run(HEX, 16, 32, joint="$")),
    ("plaid-token", "access-" + "production-", _uuid),
    ("easypost-key", "EZAK", _run(ALNUM, 54)),
    ("shippo-token", "shippo_" + "live_", _run(HEX, 40)),
    ("twilio-key", "SK", _run(HEX, 32)),
    ("sendgrid-key", "SG.", _run(URLSAFE, 22, 43, joint=".")),
    ("mailgun-key", "key-", _run(HEX, 32)),
    ("mailchimp-key", "", lambda random: f"{_run(HEX, 32)(random)}-us14"),
    ("brevo-key", "xkeysib-", lambda random: f"{_run(HEX, 64)(random)}-{_run(ALNUM, 16)(random)}"),
    ("resend-key", "re_", _run(ALNUM, 8, 24, joint="_")),
    ("slack-token", "xoxb-", lambda random: f"{_run(DIGITS, 12, 13, joint='-')(random)}-{_run(ALNUM, 24)(random)}"),
    ("slack-token", "xoxe." + "xoxp-1-", _run(ALNUM, 160)),
    (
        "slack-app-token",
        "xapp-" + "1-",
        lambda random: f"A{_run(DIGITS, 10, 13, joint='-')(random)}-{_run(HEX, 64)(random)}",
    ),
    ("discord-token", "MTIz", _run(URLSAFE, 20, 6, 38, joint=".")),
    ("jwt", "", _jwt),
    # Other beginnings of formats that have a row above.
    ("huggingface-token", "api_" + "org_", _run(ALNUM, 34)),
    ("atlassian-token", "ATCTT3" + "xFfGN0", _run(URLSAFE, 180)),
    ("atlassian-token", "ATSTT3" + "xFfGN0", _run(URLSAFE, 180)),
    ("sonar-token", "squ_", _run(HEX, 40)),
    ("sonar-token", "sqa_", _run(HEX, 40)),
    ("prefect-key", "pnb_", _run(ALNUM, 36)),
    ("aws-access-key", "ABIA", _run(UPPER + "234567", 16)),
    ("aws-access-key", "ACCA", _run(UPPER + "234567", 16)),
    ("cloudflare-token", "cfk_", _run(ALNUM, 48)),
    ("cloudflare-token", "cfat_", _run(ALNUM, 48)),
    *(("flyio-token", f"{begin}_", _run(URLSAFE, 60)) for begin in ("fm1", "fm1a", "fm1r")),
    *(("netlify-token", f"{begin}_", _run(ALNUM, 36)) for begin in ("nfc", "nfo", "nfu")),
    ("supabase-token", "sbp_" + "oauth_", _run(HEX, 40)),
    ("vault-token", "hvb.", _run(URLSAFE, 92)),
    ("vault-token", "hvr.", _run(URLSAFE, 92)),
    ("new-relic-key", "NRII-", _run(URLSAFE, 32)),
    ("launchdarkly-key", "api-", _uuid),
    ("dropbox-token", "sl." + "u.", _run(URLSAFE, 135)),
    ("easypost-key", "EZTK", _run(ALNUM, 54)),
)
"""Rule, beginning, rest: what may stand anywhere in a line."""

IN_PLACE: tuple[tuple[str, str, Make, str], ...] = (
    ("slack-webhook", "https://hooks.slack.com/services/", _run(UPPER + DIGITS, 9, 11, 24, joint="/"), '"'),
    (
        "discord-webhook",
        "https://discord.com/api/webhooks/",
        lambda r: f"{_run(DIGITS, 18)(r)}/{_run(URLSAFE, 68)(r)}",
        "",
    ),
    ("telegram-token", "https://api.telegram.org/bot1234567890:", lambda r: "AA" + _run(URLSAFE, 33)(r), "/getMe"),
    ("telegram-token", "TELEGRAM=123456789:", lambda r: "AA" + _run(URLSAFE, 33)(r), ""),
    (
        "teams-webhook",
        "https://a.webhook.office.com/webhookb2/",
        lambda r: f"{_uuid(r)}@{_uuid(r)}/IncomingWebhook/{_run(HEX, 32)(r)}/{_uuid(r)}",
        "'",
    ),
    ("firebase-server-key", "key=", lambda r: f"AAAA{_run(URLSAFE, 7)(r)}:APA91b{_run(URLSAFE, 134)(r)}", ""),
    (
        "azure-account-key",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=",
        lambda r: _run(BASE64, 86)(r) + "==",
        ";EndpointSuffix=core.windows.net",
    ),
    ("azure-account-key", "Endpoint=sb://a/;SharedAccessKey=", lambda r: _run(BASE64, 43)(r) + "=", '"'),
    (
        "azure-sas",
        "https://a.blob.core.windows.net/c?sv=2022-11-02&se=2030&sig=",
        lambda r: _run(ALNUM, 43)(r) + "%3D",
        "&sp=r",
    ),
    ("aws-secret-key", "aws_secret_access_key = ", _run(BASE64, 40), ""),
    ("aws-secret-key", '  "SecretAccessKey": "', _run(BASE64, 40), '",'),
    ("aws-secret-key", "secretAccessKey: '", _run(BASE64, 40), "',"),
    ("heroku-legacy-key", "HEROKU_API_KEY=", _uuid, ""),
    ("mistral-key", 'MISTRAL_API_KEY = "', _run(ALNUM, 32), '"'),
    ("mistral-key", "mistral_key: ", _run(ALNUM, 32), "  # rotate"),
    ("mailgun-private-key", "MAILGUN_KEY=", _run(HEX, 32, 8, 8, joint="-"), ""),
    ("npmrc-credential", "//registry.npmjs.org/:_authToken=", _uuid, ""),
    ("npmrc-credential", "_auth=", _encoded, ""),
    ("docker-auth", '{"auths": {"ghcr.io": {"auth": "', _encoded, '"}}}'),
    ("url-password", "DATABASE_URL=postgres://app:", _run(ALNUM, 12), "@db.internal:5432/app"),
    ("url-password", "redis://:", _run(ALNUM + "!*", 12), "@cache:6379/0"),
    ("url-password", 'url = "mongodb+srv://root:', lambda r: _run(ALNUM, 7)(r) + "%40x", '@cluster0.mongodb.net/?w=1"'),
    ("url-password", "git clone https://bot:", _run(LOWER, 14), "@git.corp/x.git"),
    ("basic-auth", "Authorization: Basic ", _encoded, ""),
    ("basic-auth", 'headers = {"Authorization": "Basic ', _encoded, '"}'),
    ("bearer-token", "curl -H 'Authorization: Bearer ", _run(ALNUM, 40), "' https://api"),
    ("netrc-password", "machine api.corp login deploy password ", _run(LOWER, 10), ""),
    ("hard-coded-password", 'db_password = "', lambda r: _run(ALNUM, 10)(r) + "!", '"'),
    ("hard-coded-password", 'password: str = "', lambda r: "Tr0ub4dor&" + _run(DIGITS, 1)(r), '"'),
    ("hard-coded-password", '<add key="Password" value="', lambda r: "Kx" + _run(ALNUM, 8)(r), '" />'),
    ("hard-coded-password", 'password: "', lambda r: "a{b<c" + _run(DIGITS, 1)(r) + "X", '"'),
    ("hard-coded-password", 'password = "', lambda r: "Kx}8>" + _run(ALNUM, 6)(r) + "<", '"'),
    ("hard-coded-password", "db_password" + " " * 24 + '= "', lambda r: _run(ALNUM, 10)(r) + "!", '"'),
    ("hard-coded-password", "  password" + " " * 12 + ":" + " " * 12 + "'", lambda r: _run(ALNUM, 10)(r) + "!", "',"),
    ("hard-coded-secret", "api_key" + " " * 20 + "= '", lambda r: _run(ALNUM, 20)(r) + "{", "'"),
    ("hard-coded-secret-key", 'SECRET_KEY = "', _run(DIGITS + LOWER + "!@#$%^&*(-_=+)", 50), '"'),
    (
        "django-secret-key",
        "KEY = '",
        lambda r: "django-" + "insecure-" + _run(DIGITS + LOWER + "!@#$%^&*(-_=+)", 50)(r),
        "'",
    ),
    ("hard-coded-secret-key", 'SECRET_KEY = "', _run(HEX, 64), '"'),
    (
        "hard-coded-secret-key",
        "app.secret_key = b'",
        lambda r: r"""_5#y2L"F4Q8z""" + r"\n\xec]/" + _run(ALNUM, 4)(r),
        "'",
    ),
    ("authorization", "Authorization: Token ", _run(HEX, 40), ""),
    ("authorization", 'curl -H "Authorization: token ', _run(ALNUM, 40), '" https://api'),
    ("authorization", "headers['Authorization'] = 'ApiKey ", _run(ALNUM, 32), "'"),
    ("authorization", '"Authorization": "', _run(ALNUM, 32), '",'),
    ("command-line-password", "curl -u deploy:", _run(ALNUM, 10), " https://api"),
    ("command-line-password", "curl --user 'deploy:", _run(ALNUM, 10), "' https://api"),
    ("mysql-password", "mysql -u root -p", lambda r: "hunter2" + _run(LOWER, 6)(r), " shop"),
    ("mysql-password", "mysqldump --host db -uapp -p'", lambda r: "hunter2!" + _run(LOWER, 6)(r), "' shop > x.sql"),
    ("mysql-password", "RUN mariadb-admin --password=", lambda r: "hunter2" + _run(LOWER, 6)(r), " ping"),
    ("option-password", "tool --user app --password ", lambda r: "hunter2" + _run(LOWER, 6)(r), " --dry-run"),
    ("option-password", "tool --password='", lambda r: "hunter2" + _run(LOWER, 6)(r), "'"),
    ("option-password", "docker build --build-arg db_password=", lambda r: "hunter2" + _run(LOWER, 6)(r), " ."),
    ("option-password", "docker run -e 'pgpassword=", lambda r: "hunter2" + _run(LOWER, 6)(r), "' postgres"),
    ("option-password", "docker run --env db_passwd=", lambda r: "hunter2" + _run(LOWER, 6)(r), " app"),
    ("option-password", "helm upgrade x y --set auth.password=", lambda r: "hunter2" + _run(LOWER, 6)(r), ""),
    ("image-password", "ENV DB_PASSWORD ", lambda r: "hunter2" + _run(LOWER, 6)(r), ""),
    ("image-password", 'ENV  MYSQL_ROOT_PASSWORD  "', lambda r: "hunter2" + _run(LOWER, 6)(r), '"'),
    ("hard-coded-password", 'password = "', lambda r: f"Kx8{{user}}b9{_run(UPPER, 2)(r)}2!", '"'),
    ("hard-coded-secret", 'api_key = "', lambda r: f"{_run(ALNUM, 12)(r)}{{x}}{_run(ALNUM, 12)(r)}", '"'),
    ("connection-password", "jdbc:mysql://db:3306/app?user=root&password=", _run(ALNUM, 10), ""),
    ("connection-password", 'x = "jdbc:sqlserver://h;user=sa;password=', lambda r: _run(ALNUM, 9)(r) + "!", ';"'),
    ("connection-password", "Server=db;Database=x;User Id=sa;Password=", _run(ALNUM, 10), ";"),
    ("connection-password", '"Driver={ODBC};Server=db; UID=sa; PWD=', _run(ALNUM, 10), ';"'),
    ("connection-password", 'connect("host=db user=app password=', _run(ALNUM, 10), ' dbname=x")'),
    ("jdbc-password", "url=jdbc:oracle:thin:scott/", _run(ALNUM, 8), "@//db:1521/x"),
    ("xml-password", "<password>", _run(ALNUM, 10), "</password>"),
    ("environment-password", "DB_PASSWORD=", lambda r: "hunter2" + _run(LOWER, 6)(r), ""),
    ("environment-password", "export PGPASSWORD=", lambda r: "hunter2" + _run(LOWER, 6)(r), "  # local"),
    ("environment-password", "MYSQL_PASS='", lambda r: "hunter2" + _run(LOWER, 6)(r), "' mysql -u root"),
    ("hard-coded-secret", "client_secret: ", _run(ALNUM, 32), ""),
    ("hard-coded-secret", "export SESSION_TOKEN=", _run(ALNUM, 40), " # dev"),
    ("hard-coded-secret", '"apiKey": "', _run(HEX, 32), '",'),
    ("hard-coded-secret", r'"{\"api_key\": \"', _run(ALNUM, 32), r'\"}"'),
    ("hard-coded-secret", 'os.environ.setdefault("API_TOKEN", "', _run(ALNUM, 32), '")'),
    ("hard-coded-secret", "auth_key := `", _run(DIGITS + LOWER, 32), "`"),
    ("hard-coded-secret", "https://api.corp/v1?x=1&api_key=", _run(ALNUM, 32), "&y=2"),
    ("hard-coded-secret", "tool --token=", _run(ALNUM, 32), " --dry-run"),
    ("hard-coded-secret", "X-Api-Key: ", _run(ALNUM, 32), ""),
    ("hard-coded-secret", "<secret>", _run(ALNUM, 32), "</secret>"),
    ("hard-coded-secret", "    'access_key' => '", _run(ALNUM, 24), "',"),
    ("hard-coded-secret", "const apiKey: string = '", _run(ALNUM, 32), "';"),
)
"""Rule, what stands before it, secret, what stands after: what its surroundings give away."""

_AROUND = (
    ("", ""),
    ('value = "', '"'),
    ("value: '", "',"),
    ("  setting: ", "  # why"),
    ("NAME=", ""),
    ('{"a": "', '", "b": 1}'),
    ("https://api.corp/x?a=1&b=", "&c=2"),
    ("https://api.corp/", "?x"),
    ("# see (", ")"),
    ("// ", ", which is old"),
    ("call(`", "`)"),
    ('"first\\n', '\\nlast"'),
    ("a%3D", "%26"),
    ("\\u003d", "\\u0026"),
    ("<a>", "</a>"),
    ("echo ", " | base64\r"),
    ("é", "é"),
    ("[", "]"),
)


def samples(seed: int = 0) -> list[Sample]:
    """Every kind of secret in every surrounding it may stand in."""
    random = Random(seed)
    return [
        *(
            Sample(rule=rule, before=before, secret=begin + make(random), after=after)
            for rule, begin, make in TOKENS
            for before, after in _AROUND
        ),
        *(Sample(rule=rule, before=before, secret=make(random), after=after) for rule, before, make, after in IN_PLACE),
    ]


def pem(random: Random, *, label: str = "RSA PRIVATE KEY", lines: int = 12, width: int = 64) -> list[str]:
    """The lines of a private key: nothing but noise between its markers."""
    body = ["MII" + _run(BASE64, width - 3)(random), *(_run(BASE64, width)(random) for _ in range(lines - 2))]
    return [f"-----{'BEGIN'} {label}-----", *body, _run(ALNUM, 22)(random) + "==", f"-----{'END'} {label}-----"]
