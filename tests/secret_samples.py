"""Made-up secrets of every kind that the table knows. They are put together here, so that no file holds a whole one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import assignment_samples
import service_samples
from secret_making import ALNUM, BASE64, DIGITS, HEX, LOWER, UPPER, URLSAFE, Make, encoded, jwt, run, uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A line that holds a secret."""

    rule: str
    before: str
    secret: str
    after: str
    shown: str | None = None
    """What stands of `before` when it holds another secret."""

    @property
    def line(self) -> str:
        return self.before + self.secret + self.after

    @property
    def redacted(self) -> str:
        before = self.before if self.shown is None else self.shown
        return f"{before}[REDACTED:{self.rule}]{self.after}"


TOKENS: tuple[tuple[str, str, Make], ...] = (
    ("anthropic-key", "sk-ant-" + "api03-", run(URLSAFE, 93)),
    ("anthropic-key", "sk-ant-" + "oat01-", run(URLSAFE, 86)),
    ("openrouter-key", "sk-or-" + "v1-", run(HEX, 64)),
    ("langfuse-key", "sk-lf-", uuid),
    ("openai-key", "sk-" + "proj-", run(URLSAFE, 120)),
    ("openai-key", "sk-" + "svcacct-", run(URLSAFE, 120)),
    ("openai-key", "sk-", lambda random: f"{run(ALNUM, 20)(random)}T3BlbkFJ{run(ALNUM, 20)(random)}"),
    ("openai-key", "sk-", run(HEX, 32)),
    ("google-api-key", "AIza", run(URLSAFE, 35)),
    ("google-auth-key", "AQ." + "Ab8", run(URLSAFE, 48)),
    ("google-client-secret", "GOCSPX-", run(URLSAFE, 28)),
    ("google-oauth-token", "ya29.", run(URLSAFE, 120)),
    ("google-oauth-token", "1//0", run(URLSAFE, 60)),
    ("huggingface-token", "hf_", run(LOWER + UPPER, 34)),
    ("groq-key", "gsk_", run(ALNUM, 52)),
    ("xai-key", "xai-", run(ALNUM, 80)),
    ("perplexity-key", "pplx-", run(ALNUM, 48)),
    ("replicate-token", "r8_", run(ALNUM, 37)),
    ("nvidia-key", "nvapi-", run(URLSAFE, 64)),
    ("cerebras-key", "csk-", run(DIGITS + LOWER, 48)),
    ("together-key", "tgp_" + "v1_", run(URLSAFE, 43)),
    ("fireworks-key", "fw_", run(ALNUM, 24)),
    ("elevenlabs-key", "sk_", run(HEX, 48)),
    ("pinecone-key", "pcsk_", run(ALNUM, 6, 63, joint="_")),
    ("tavily-key", "tvly-" + "dev-", run(ALNUM, 32)),
    ("langsmith-key", "lsv2_" + "pt_", run(HEX, 32, 10, joint="_")),
    ("github-token", "ghp_", run(ALNUM, 36)),
    ("github-token", "gho_", run(ALNUM, 36)),
    ("github-token", "ghu_", run(ALNUM, 36)),
    ("github-token", "ghs_", run(ALNUM, 36)),
    ("github-token", "ghr_", run(ALNUM, 76)),
    ("github-token", "ghs_" + "1234567_", jwt),
    ("github-fine-grained-token", "github_" + "pat_", run(ALNUM, 22, 59, joint="_")),
    ("gitlab-token", "glpat-", run(URLSAFE, 20)),
    ("gitlab-token", "glpat-", lambda random: f"{run(URLSAFE, 27)(random)}.01.{run(DIGITS + LOWER, 9)(random)}"),
    ("gitlab-token", "glptt-", run(HEX, 40)),
    ("gitlab-token", "glrt-", run(URLSAFE, 20)),
    ("gitlab-token", "gldt-", run(URLSAFE, 20)),
    ("gitlab-token", "glcbt-" + "64_", run(URLSAFE, 20)),
    ("gitlab-runner-token", "GR1348941", run(URLSAFE, 20)),
    ("atlassian-token", "ATATT3" + "xFfGF0", run(URLSAFE, 180)),
    ("bitbucket-password", "ATBB", run(ALNUM, 32)),
    ("npm-token", "npm_", run(ALNUM, 36)),
    ("pypi-token", "pypi-" + "AgEIcHlwaS5vcmc", run(URLSAFE, 140)),
    ("rubygems-key", "rubygems_", run(HEX, 48)),
    ("crates-token", "cio", run(ALNUM, 32)),
    ("nuget-key", "oy2", run(DIGITS + LOWER, 43)),
    ("clojars-token", "CLOJARS_", run(HEX, 60)),
    ("docker-token", "dckr_" + "pat_", run(URLSAFE, 27)),
    ("artifactory-key", "AKCp", run(ALNUM, 69)),
    ("artifactory-token", "cmVmd", run(ALNUM, 59)),
    ("sonar-token", "sqp_", run(HEX, 40)),
    ("sourcegraph-token", "sgp_", run(HEX, 16, 40, joint="_")),
    ("buildkite-token", "bkua_", run(HEX, 40)),
    ("circleci-token", "CCIPAT_", lambda random: f"{run(ALNUM, 22)(random)}_{run(HEX, 40)(random)}"),
    ("prefect-key", "pnu_", run(ALNUM, 36)),
    ("postman-key", "PMAK-", run(HEX, 24, 34, joint="-")),
    ("aws-access-key", "AKIA", run(UPPER + "234567", 16)),
    ("aws-access-key", "ASIA", run(UPPER + "234567", 16)),
    ("aws-bedrock-key", "ABSK", run(BASE64, 128)),
    ("azure-client-secret", "abc8" + "Q~", run(URLSAFE, 34)),
    ("azure-devops-token", "", lambda random: f"{run(ALNUM, 76)(random)}AZDO{run(ALNUM, 4)(random)}"),
    ("azure-ai-key", "", lambda random: f"{run(ALNUM, 52)(random)}JQQJ9{run(ALNUM, 27)(random)}"),
    ("alibaba-key", "LTAI", run(ALNUM, 20)),
    ("tencent-key", "AKID", run(ALNUM, 32)),
    ("digitalocean-token", "dop_" + "v1_", run(HEX, 64)),
    ("heroku-key", "HRKU-", run(URLSAFE, 60)),
    ("cloudflare-token", "cfut_", run(ALNUM, 48)),
    ("cloudflare-origin-key", "v1.0-", run(HEX, 24, 146, joint="-")),
    ("flyio-token", "fo1_", run(URLSAFE, 43)),
    ("flyio-token", "fm2_", run(ALNUM, 160)),
    ("netlify-token", "nfp_", run(ALNUM, 36)),
    ("vercel-blob-token", "vercel_blob_" + "rw_", run(ALNUM, 16, 40, joint="_")),
    ("render-key", "rnd_", run(ALNUM, 28)),
    ("planetscale-token", "pscale_" + "tkn_", run(URLSAFE, 43)),
    ("neon-key", "napi_", run(DIGITS + LOWER, 64)),
    ("supabase-token", "sbp_", run(HEX, 40)),
    ("supabase-key", "sb_" + "secret_", run(URLSAFE, 31)),
    ("databricks-token", "dapi", run(HEX, 32)),
    ("vault-token", "hvs.", run(URLSAFE, 92)),
    ("vault-token", "hvs.", run(ALNUM, 24)),
    ("terraform-token", "", lambda random: f"{run(ALNUM, 14)(random)}.atlasv1.{run(ALNUM, 67)(random)}"),
    ("pulumi-token", "pul-", run(HEX, 40)),
    ("doppler-token", "dp." + "pt.", run(ALNUM, 43)),
    ("encoded-private-key", "LS0tLS1CRUdJTiB" + "SU0EgUFJJVkFURSBLRVktLS0tLQ", run(BASE64, 200)),
    ("encoded-private-key", "LS0tLS1CRUdJTiB" + "QUklWQVRFIEtFWS0tLS0tCk", run(BASE64, 200)),
    ("age-key", "AGE-SECRET-" + "KEY-1", run("023456789ACDEFGHJKLMNPQRSTUVWXYZ", 58)),
    ("onepassword-token", "ops_" + "eyJ", run(BASE64, 250)),
    ("onepassword-key", "A3-", run(UPPER + DIGITS, 6, 6, 5, 5, 5, 5, joint="-")),
    ("tailscale-key", "tskey-" + "auth-", run(ALNUM, 16, 32, joint="-")),
    ("openshift-token", "sha256~", run(URLSAFE, 43)),
    ("new-relic-key", "NRAK-", run(UPPER + DIGITS, 27)),
    ("grafana-token", "glsa_", lambda random: f"{run(ALNUM, 32)(random)}_{run(HEX, 8)(random)}"),
    ("grafana-cloud-token", "glc_", run(ALNUM, 120)),
    ("sentry-token", "sntrys_", run(URLSAFE, 120)),
    ("sentry-token", "sntryu_", run(HEX, 64)),
    ("dynatrace-token", "dt0" + "c01.", run(UPPER + DIGITS, 24, 64, joint=".")),
    ("launchdarkly-key", "sdk-", uuid),
    ("linear-key", "lin_" + "api_", run(ALNUM, 40)),
    ("notion-token", "ntn_", run(ALNUM, 46)),
    ("notion-legacy-token", "secret_", run(ALNUM, 43)),
    ("figma-token", "figd_", run(URLSAFE, 40)),
    ("airtable-token", "pat", lambda random: f"{run(ALNUM, 14)(random)}.{run(HEX, 64)(random)}"),
    ("typeform-token", "tfp_", run(ALNUM, 44)),
    ("contentful-token", "CFPAT-", run(URLSAFE, 43)),
    ("dropbox-token", "sl.", run(URLSAFE, 135)),
    ("hubspot-token", "pat-" + "na1-", uuid),
    ("mapbox-token", "sk." + "eyJ", run(ALNUM, 80, 22, joint=".")),
    ("maxmind-key", "", lambda random: f"{run(ALNUM, 6, 29, joint='_')(random)}_mmk"),
    ("shopify-token", "shpat_", run(HEX, 32)),
    ("stripe-key", "sk_" + "live_", run(ALNUM, 24)),
    ("stripe-key", "rk_" + "live_", run(ALNUM, 99)),
    ("stripe-webhook-secret", "whsec_", run(ALNUM, 32)),
    ("square-secret", "sq0csp-", run(URLSAFE, 43)),
    ("square-token", "EAAA", run(URLSAFE, 60)),
    ("facebook-token", "EAA", run(ALNUM, 180)),
    ("braintree-token", "access_" + "token$production$", run(HEX, 16, 32, joint="$")),
    ("plaid-token", "access-" + "production-", uuid),
    ("easypost-key", "EZAK", run(ALNUM, 54)),
    ("shippo-token", "shippo_" + "live_", run(HEX, 40)),
    ("twilio-key", "SK", run(HEX, 32)),
    ("sendgrid-key", "SG.", run(URLSAFE, 22, 43, joint=".")),
    ("mailgun-key", "key-", run(HEX, 32)),
    ("mailchimp-key", "", lambda random: f"{run(HEX, 32)(random)}-us14"),
    ("brevo-key", "xkeysib-", lambda random: f"{run(HEX, 64)(random)}-{run(ALNUM, 16)(random)}"),
    ("resend-key", "re_", run(ALNUM, 8, 24, joint="_")),
    ("slack-token", "xoxb-", lambda random: f"{run(DIGITS, 12, 13, joint='-')(random)}-{run(ALNUM, 24)(random)}"),
    ("slack-token", "xoxe." + "xoxp-1-", run(ALNUM, 160)),
    (
        "slack-app-token",
        "xapp-" + "1-",
        lambda random: f"A{run(DIGITS, 10, 13, joint='-')(random)}-{run(HEX, 64)(random)}",
    ),
    ("discord-token", "MTIz", run(URLSAFE, 20, 6, 38, joint=".")),
    ("jwt", "", jwt),
    # Other beginnings of formats that have a row above.
    ("huggingface-token", "api_" + "org_", run(ALNUM, 34)),
    ("atlassian-token", "ATCTT3" + "xFfGN0", run(URLSAFE, 180)),
    ("atlassian-token", "ATSTT3" + "xFfGN0", run(URLSAFE, 180)),
    ("sonar-token", "squ_", run(HEX, 40)),
    ("sonar-token", "sqa_", run(HEX, 40)),
    ("prefect-key", "pnb_", run(ALNUM, 36)),
    ("aws-access-key", "ABIA", run(UPPER + "234567", 16)),
    ("aws-access-key", "ACCA", run(UPPER + "234567", 16)),
    ("cloudflare-token", "cfk_", run(ALNUM, 48)),
    ("cloudflare-token", "cfat_", run(ALNUM, 48)),
    *(("flyio-token", f"{begin}_", run(URLSAFE, 60)) for begin in ("fm1", "fm1a", "fm1r")),
    *(("netlify-token", f"{begin}_", run(ALNUM, 36)) for begin in ("nfc", "nfo", "nfu")),
    ("supabase-token", "sbp_" + "oauth_", run(HEX, 40)),
    ("vault-token", "hvb.", run(URLSAFE, 92)),
    ("vault-token", "hvr.", run(URLSAFE, 92)),
    ("new-relic-key", "NRII-", run(URLSAFE, 32)),
    ("launchdarkly-key", "api-", uuid),
    ("dropbox-token", "sl." + "u.", run(URLSAFE, 135)),
    ("easypost-key", "EZTK", run(ALNUM, 54)),
)
"""Rule, beginning, rest: what may stand anywhere in a line."""

IN_PLACE: tuple[tuple[str, str, Make, str], ...] = (
    ("slack-webhook", "https://hooks.slack.com/services/", run(UPPER + DIGITS, 9, 11, 24, joint="/"), '"'),
    (
        "discord-webhook",
        "https://discord.com/api/webhooks/",
        lambda r: f"{run(DIGITS, 18)(r)}/{run(URLSAFE, 68)(r)}",
        "",
    ),
    ("telegram-token", "https://api.telegram.org/bot1234567890:", lambda r: "AA" + run(URLSAFE, 33)(r), "/getMe"),
    ("telegram-token", "TELEGRAM=123456789:", lambda r: "AA" + run(URLSAFE, 33)(r), ""),
    (
        "teams-webhook",
        "https://a.webhook.office.com/webhookb2/",
        lambda r: f"{uuid(r)}@{uuid(r)}/IncomingWebhook/{run(HEX, 32)(r)}/{uuid(r)}",
        "'",
    ),
    ("firebase-server-key", "key=", lambda r: f"AAAA{run(URLSAFE, 7)(r)}:APA91b{run(URLSAFE, 134)(r)}", ""),
    (
        "azure-account-key",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=",
        lambda r: run(BASE64, 86)(r) + "==",
        ";EndpointSuffix=core.windows.net",
    ),
    ("azure-account-key", "Endpoint=sb://a/;SharedAccessKey=", lambda r: run(BASE64, 43)(r) + "=", '"'),
    (
        "azure-sas",
        "https://a.blob.core.windows.net/c?sv=2022-11-02&se=2030&sig=",
        lambda r: run(ALNUM, 43)(r) + "%3D",
        "&sp=r",
    ),
    ("aws-secret-key", "aws_secret_access_key = ", run(BASE64, 40), ""),
    ("aws-secret-key", '  "SecretAccessKey": "', run(BASE64, 40), '",'),
    ("aws-secret-key", "secretAccessKey: '", run(BASE64, 40), "',"),
    ("heroku-legacy-key", "HEROKU_API_KEY=", uuid, ""),
    ("mistral-key", 'MISTRAL_API_KEY = "', run(ALNUM, 32), '"'),
    ("mistral-key", "mistral_key: ", run(ALNUM, 32), "  # rotate"),
    ("npmrc-credential", "//registry.npmjs.org/:_authToken=", uuid, ""),
    ("npmrc-credential", "_auth=", encoded, ""),
    ("docker-auth", '{"auths": {"ghcr.io": {"auth": "', encoded, '"}}}'),
    ("url-password", "DATABASE_URL=postgres://app:", run(ALNUM, 12), "@db.internal:5432/app"),
    ("url-password", "redis://:", run(ALNUM + "!*", 12), "@cache:6379/0"),
    ("url-password", 'url = "mongodb+srv://root:', lambda r: run(ALNUM, 7)(r) + "%40x", '@cluster0.mongodb.net/?w=1"'),
    ("url-password", "git clone https://bot:", run(LOWER, 14), "@git.corp/x.git"),
    ("basic-auth", "Authorization: Basic ", encoded, ""),
    ("basic-auth", 'headers = {"Authorization": "Basic ', encoded, '"}'),
    ("bearer-token", "curl -H 'Authorization: Bearer ", run(ALNUM, 40), "' https://api"),
    ("netrc-password", "machine api.corp login deploy password ", run(LOWER, 10), ""),
    ("hard-coded-password", 'db_password = "', lambda r: run(ALNUM, 10)(r) + "!", '"'),
    ("hard-coded-password", 'password: str = "', lambda r: "Tr0ub4dor&" + run(DIGITS, 1)(r), '"'),
    ("hard-coded-password", '<add key="Password" value="', lambda r: "Kx" + run(ALNUM, 8)(r), '" />'),
    ("hard-coded-password", 'password: "', lambda r: "a{b<c" + run(DIGITS, 1)(r) + "X", '"'),
    ("hard-coded-password", 'password = "', lambda r: "Kx}8>" + run(ALNUM, 6)(r) + "<", '"'),
    ("hard-coded-password", "db_password" + " " * 24 + '= "', lambda r: run(ALNUM, 10)(r) + "!", '"'),
    ("hard-coded-password", "  password" + " " * 12 + ":" + " " * 12 + "'", lambda r: run(ALNUM, 10)(r) + "!", "',"),
    ("hard-coded-secret", "api_key" + " " * 20 + "= '", lambda r: run(ALNUM, 20)(r) + "{", "'"),
    ("hard-coded-secret-key", 'SECRET_KEY = "', run(DIGITS + LOWER + "!@#$%^&*(-_=+)", 50), '"'),
    (
        "django-secret-key",
        "KEY = '",
        lambda r: "django-" + "insecure-" + run(DIGITS + LOWER + "!@#$%^&*(-_=+)", 50)(r),
        "'",
    ),
    ("hard-coded-secret-key", 'SECRET_KEY = "', run(HEX, 64), '"'),
    (
        "hard-coded-secret-key",
        "app.secret_key = b'",
        lambda r: r"""_5#y2L"F4Q8z""" + r"\n\xec]/" + run(ALNUM, 4)(r),
        "'",
    ),
    ("authorization", "Authorization: Token ", run(HEX, 40), ""),
    ("authorization", 'curl -H "Authorization: token ', run(ALNUM, 40), '" https://api'),
    ("authorization", "headers['Authorization'] = 'ApiKey ", run(ALNUM, 32), "'"),
    ("authorization", '"Authorization": "', run(ALNUM, 32), '",'),
    ("command-line-password", "curl -u deploy:", run(ALNUM, 10), " https://api"),
    ("command-line-password", "curl --user 'deploy:", run(ALNUM, 10), "' https://api"),
    ("mysql-password", "mysql -u root -p", lambda r: "hunter2" + run(LOWER, 6)(r), " shop"),
    ("mysql-password", "mysqldump --host db -uapp -p'", lambda r: "hunter2!" + run(LOWER, 6)(r), "' shop > x.sql"),
    ("mysql-password", "RUN mariadb-admin --password=", lambda r: "hunter2" + run(LOWER, 6)(r), " ping"),
    ("option-password", "tool --user app --password ", lambda r: "hunter2" + run(LOWER, 6)(r), " --dry-run"),
    ("option-password", "tool --password='", lambda r: "hunter2" + run(LOWER, 6)(r), "'"),
    ("option-password", "docker build --build-arg db_password=", lambda r: "hunter2" + run(LOWER, 6)(r), " ."),
    ("option-password", "docker run -e 'pgpassword=", lambda r: "hunter2" + run(LOWER, 6)(r), "' postgres"),
    ("option-password", "docker run --env db_passwd=", lambda r: "hunter2" + run(LOWER, 6)(r), " app"),
    ("option-password", "helm upgrade x y --set auth.password=", lambda r: "hunter2" + run(LOWER, 6)(r), ""),
    ("image-password", "ENV DB_PASSWORD ", lambda r: "hunter2" + run(LOWER, 6)(r), ""),
    ("image-password", 'ENV  MYSQL_ROOT_PASSWORD  "', lambda r: "hunter2" + run(LOWER, 6)(r), '"'),
    ("hard-coded-password", 'password = "', lambda r: f"Kx8{{user}}b9{run(UPPER, 2)(r)}2!", '"'),
    ("hard-coded-secret", 'api_key = "', lambda r: f"{run(ALNUM, 12)(r)}{{x}}{run(ALNUM, 12)(r)}", '"'),
    ("connection-password", "jdbc:mysql://db:3306/app?user=root&password=", run(ALNUM, 10), ""),
    ("connection-password", 'x = "jdbc:sqlserver://h;user=sa;password=', lambda r: run(ALNUM, 9)(r) + "!", ';"'),
    ("connection-password", "Server=db;Database=x;User Id=sa;Password=", run(ALNUM, 10), ";"),
    ("connection-password", '"Driver={ODBC};Server=db; UID=sa; PWD=', run(ALNUM, 10), ';"'),
    ("connection-password", 'connect("host=db user=app password=', run(ALNUM, 10), ' dbname=x")'),
    ("jdbc-password", "url=jdbc:oracle:thin:scott/", run(ALNUM, 8), "@//db:1521/x"),
    ("xml-password", "<password>", run(ALNUM, 10), "</password>"),
    ("environment-password", "DB_PASSWORD=", lambda r: "hunter2" + run(LOWER, 6)(r), ""),
    ("environment-password", "export PGPASSWORD=", lambda r: "hunter2" + run(LOWER, 6)(r), "  # local"),
    ("environment-password", "MYSQL_PASS='", lambda r: "hunter2" + run(LOWER, 6)(r), "' mysql -u root"),
    ("hard-coded-secret", "client_secret: ", run(ALNUM, 32), ""),
    ("hard-coded-secret", "export SESSION_TOKEN=", run(ALNUM, 40), " # dev"),
    ("hard-coded-secret", '"apiKey": "', run(HEX, 32), '",'),
    ("hard-coded-secret", r'"{\"api_key\": \"', run(ALNUM, 32), r'\"}"'),
    ("hard-coded-secret", 'os.environ.setdefault("API_TOKEN", "', run(ALNUM, 32), '")'),
    ("hard-coded-secret", "auth_key := `", run(DIGITS + LOWER, 32), "`"),
    ("hard-coded-secret", "https://api.corp/v1?x=1&api_key=", run(ALNUM, 32), "&y=2"),
    ("hard-coded-secret", "tool --token=", run(ALNUM, 32), " --dry-run"),
    ("hard-coded-secret", "X-Api-Key: ", run(ALNUM, 32), ""),
    ("hard-coded-secret", "<secret>", run(ALNUM, 32), "</secret>"),
    ("hard-coded-secret", "    'access_key' => '", run(ALNUM, 24), "',"),
    ("hard-coded-secret", "const apiKey: string = '", run(ALNUM, 32), "';"),
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
            for rule, begin, make in (*TOKENS, *service_samples.TOKENS)
            for before, after in _AROUND
        ),
        *(
            Sample(rule=rule, before=before, secret=make(random), after=after)
            for rule, before, make, after in (*IN_PLACE, *service_samples.IN_PLACE, *assignment_samples.IN_PLACE)
        ),
        *(
            Sample(
                rule="aws-paired-key",
                before=before,
                secret=make(random),
                after=after,
                shown=before.replace(assignment_samples.ID, "[REDACTED:aws-access-key]"),
            )
            for before, make, after in assignment_samples.PAIRS
        ),
    ]


def pem(random: Random, *, label: str = "RSA PRIVATE KEY", lines: int = 12, width: int = 64) -> list[str]:
    """The lines of a private key: nothing but noise between its markers."""
    body = ["MII" + run(BASE64, width - 3)(random), *(run(BASE64, width)(random) for _ in range(lines - 2))]
    return [f"-----{'BEGIN'} {label}-----", *body, run(ALNUM, 22)(random) + "==", f"-----{'END'} {label}-----"]
