"""Tokens that their shape alone gives away: one row for each published format.

A row matches one line, in linear time on any text: what repeats without an upper bound is never followed by something
that can fail. A prefix that nothing else has needs no more; a short one needs a boundary on its left or an exact
length. The patterns begin with their literal part, which `re` finds twenty times as fast as anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from reviewbot.late import compiled
from reviewbot.stages.secrets.values import is_filled_in, is_random


class Rule(Struct, frozen=True, kw_only=True):
    """One kind of secret."""

    name: str
    """Kebab-case, as in `[REDACTED:github-token]`."""
    title: str
    """As a sentence about one begins: "GitHub token"."""
    expression: str
    """The group `secret`, or the whole match where there is none, is what gets replaced."""
    hint: tuple[str, ...]
    """Texts of which one is in the line when the pattern matches. None: the pattern itself must be tried."""
    accept: Callable[[str], bool] = is_filled_in
    """What the secret must fulfil beyond the pattern."""
    spaced: bool = False
    """Whether blanks, quotes or brackets may stand between the hint and the secret: then the hint is written in small
    letters and stands for any. Else both together have 16 characters or more in a row."""
    needs: tuple[str, ...] = ()
    """Texts in small letters, of which one is near the secret as well: where none is, no secret is looked for."""
    across: bool = False
    """Whether the secret may stand on a line after that of the hint, so that lines must be looked at in their order."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """A change has hints of few rows."""
        return compiled(self.expression)


def row(name: str, title: str, pattern: str, *hint: str, accept: Callable[[str], bool] = is_filled_in) -> Rule:
    return Rule(name=name, title=title, expression=pattern, hint=hint, accept=accept)


def start(*prefixes: str, inside: str = "A-Za-z0-9") -> str:
    """A prefix where a token may begin: not in a word, but after an escape that ends like one (\\n, %3D, \\u003d)."""
    starts = [
        rf"{prefix}(?:(?<![{inside}]{prefix})|(?<=\\[nrt]{prefix})|(?<=%[0-9A-Fa-f]{{2}}{prefix})"
        rf"|(?<=\\u00[0-9A-Fa-f]{{2}}{prefix}))"
        for prefix in prefixes
    ]
    return starts[0] if len(starts) == 1 else f"(?:{'|'.join(starts)})"


def around(before: str, width: int, after: str, *signs: str, first: str = "") -> str:
    """A token that a sign gives away which stands `width` characters from its beginning, after what `before` matches.

    Any of the signs, which are equally long. `re` looks for it and then back: a pattern that begins with any letter
    would be tried at every place. first: what is looked for behind a common sign before anything else.
    """
    sign = re.escape(signs[0]) if len(signs) == 1 else f"(?:{'|'.join(map(re.escape, signs))})"
    return rf"{sign}{first}(?<=(?=(?P<secret>{before}{sign}{after}))(?s:.{{{width + len(signs[0])}}}))"


FREE = start("")
END = r"(?![A-Za-z0-9])"
UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"

# fmt: off
FORMATS: tuple[Rule, ...] = (
    # ------------------------------------------------------------ models
    row("anthropic-key", "Anthropic API key", r"sk-ant-[A-Za-z0-9_-]{20,}", "sk-ant-"),
    row("openrouter-key", "OpenRouter API key", r"sk-or-(?:v1-)?[A-Za-z0-9]{32,}", "sk-or-"),
    row("langfuse-key", "Langfuse secret key", rf"sk-lf-{UUID}", "sk-lf-"),
    row("openai-key", "OpenAI API key",
         start("sk-") + r"(?:(?:proj|svcacct|service|admin|None)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{20,})", "sk-"),
    row("google-api-key", "Google API key", start("AIza") + r"[A-Za-z0-9_-]{35,}", "AIza"),
    row("google-auth-key", "Google API key", start(r"AQ\.Ab") + r"[A-Za-z0-9_-]{30,}", "AQ.Ab"),
    row("google-client-secret", "Google OAuth client secret", r"GOCSPX-[A-Za-z0-9_-]{20,}", "GOCSPX-"),
    row("google-oauth-token", "Google OAuth token",
         start(r"ya29\.", "1//0") + r"[A-Za-z0-9_-]{30,}", "ya29.", "1//0"),
    row("huggingface-token", "Hugging Face token", start("hf_", "api_org_") + r"[A-Za-z0-9]{30,}", "hf_", "api_org_"),
    row("groq-key", "Groq API key", r"gsk_[A-Za-z0-9]{40,}", "gsk_"),
    row("xai-key", "xAI API key", start("xai-") + r"[A-Za-z0-9]{60,}", "xai-"),
    row("perplexity-key", "Perplexity API key", r"pplx-[A-Za-z0-9]{40,}", "pplx-"),
    row("replicate-token", "Replicate API token", start("r8_") + r"[A-Za-z0-9]{37,}", "r8_"),
    row("nvidia-key", "NVIDIA API key", r"nvapi-[A-Za-z0-9_-]{40,}", "nvapi-"),
    row("cerebras-key", "Cerebras API key", start("csk-") + r"[a-z0-9]{40,}", "csk-"),
    row("together-key", "Together AI API key", r"tgp_v1_[A-Za-z0-9_-]{40,}", "tgp_v1_"),
    row("fireworks-key", "Fireworks AI API key", start("fw_") + r"[A-Za-z0-9]{22,}", "fw_", accept=is_random),
    row("elevenlabs-key", "ElevenLabs API key", start("sk_") + rf"[0-9a-f]{{48}}{END}", "sk_"),
    row("pinecone-key", "Pinecone API key", r"pcsk_[A-Za-z0-9_]{40,}", "pcsk_"),
    row("tavily-key", "Tavily API key", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{28,}", "tvly-"),
    row("langsmith-key", "LangSmith API key", r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}", "lsv2_"),
    # ------------------------------------------------------------ source, packages, builds
    row("github-token", "GitHub token",  # an installation token may carry a JSON Web Token: ghs_<app>_<jwt>
         r"gh[pousr]_(?:[A-Za-z0-9]{36,}|[A-Za-z0-9_]{1,40}eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+){0,2})",
         "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    row("github-fine-grained-token", "GitHub fine-grained token", r"github_pat_[A-Za-z0-9_]{40,}", "github_pat_"),
    row("gitlab-token", "GitLab token",
         r"gl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[A-Za-z0-9_-]{20,}(?:\.[A-Za-z0-9]{2,}){0,2}",
         "glpat-", "gloas-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "glsoat-",
         "glffct-", "glwt-"),
    row("gitlab-runner-token", "GitLab runner token", r"GR1348941[A-Za-z0-9_-]{20,}", "GR1348941"),
    row("atlassian-token", "Atlassian API token",
         start("ATATT3", "ATCTT3", "ATSTT3") + r"[A-Za-z0-9_=-]{40,}", "ATATT3", "ATCTT3", "ATSTT3"),
    row("bitbucket-password", "Bitbucket app password", start("ATBB") + r"[A-Za-z0-9]{28,}", "ATBB"),
    row("npm-token", "npm token", r"npm_[A-Za-z0-9]{36,}", "npm_"),
    row("pypi-token", "PyPI token",
         r"pypi-(?:AgE[A-Za-z0-9_-]{30,}|[A-Za-z0-9_-]{60,})", "pypi-", accept=is_random),
    row("rubygems-key", "RubyGems API key", r"rubygems_[0-9a-f]{48}", "rubygems_"),
    row("crates-token", "crates.io token", start("cio") + rf"[A-Za-z0-9]{{32}}{END}", "cio", accept=is_random),
    row("nuget-key", "NuGet API key", start("oy2") + rf"[a-z0-9]{{43}}{END}", "oy2"),
    row("clojars-token", "Clojars token", r"CLOJARS_[0-9a-f]{60}", "CLOJARS_"),
    row("docker-token", "Docker Hub token", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{24,}", "dckr_"),
    row("artifactory-key", "Artifactory API key", start("AKCp") + r"[A-Za-z0-9]{60,}", "AKCp"),
    row("artifactory-token", "Artifactory token", start("cmVmd") + rf"[A-Za-z0-9]{{59}}{END}", "cmVmd"),
    row("sonar-token", "SonarQube token", start("sqp_", "squ_", "sqa_") + r"[0-9a-f]{40}", "sqp_", "squ_", "sqa_"),
    row("sourcegraph-token", "Sourcegraph token", r"sgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}", "sgp_"),
    row("buildkite-token", "Buildkite token", r"bkua_[0-9a-f]{40}", "bkua_"),
    row("circleci-token", "CircleCI token", r"CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}", "CCIPAT_", "CCIPRJ_"),
    row("prefect-key", "Prefect API key", start("pnu_", "pnb_") + rf"[A-Za-z0-9]{{36}}{END}", "pnu_", "pnb_"),
    row("postman-key", "Postman API key", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}", "PMAK-"),
    # ------------------------------------------------------------ clouds, stores of data and secrets
    row("aws-access-key", "AWS access key",
         start("AKIA", "ASIA", "ABIA", "ACCA") + rf"[A-Z0-9]{{16}}{END}", "AKIA", "ASIA", "ABIA", "ACCA"),
    row("aws-bedrock-key", "Amazon Bedrock API key", start("ABSK") + r"[A-Za-z0-9+/]{80,}={0,2}", "ABSK"),
    row("azure-account-key", "Azure account key",
         r"(?:AccountKey|SharedAccessKey)=(?P<secret>[A-Za-z0-9+/]{40,}={0,2})", "AccountKey=", "SharedAccessKey="),
    row("azure-sas", "Azure shared access signature",
         r"sig=(?<=[?&;]sig=)(?P<secret>[A-Za-z0-9%+/]{40,}=?)", "sig="),
    row("azure-client-secret", "Azure client secret",
         around(start("", inside="A-Za-z0-9_~.-") + r"[A-Za-z0-9_~.]{3}[0-9]", 4, r"[A-Za-z0-9_~.-]{31,}", "Q~"), "Q~"),
    row("azure-devops-token", "Azure DevOps token",
         around(rf"{FREE}[A-Za-z0-9]{{76}}", 76, rf"[A-Za-z0-9]{{4}}{END}", "AZDO"), "AZDO"),
    row("azure-ai-key", "Azure AI key",
         around(rf"{FREE}[A-Za-z0-9]{{52}}", 52, rf"[A-Za-z0-9]{{27}}{END}", "JQQJ9"), "JQQJ9"),
    row("alibaba-key", "Alibaba Cloud access key",
         start("LTAI") + rf"[A-Za-z0-9]{{12,24}}{END}", "LTAI", accept=is_random),
    row("tencent-key", "Tencent Cloud key",
         start("AKID") + rf"[A-Za-z0-9]{{32}}{END}", "AKID", accept=is_random),
    row("digitalocean-token", "DigitalOcean token", r"do[opr]_v1_[0-9a-f]{64}", "dop_v1_", "doo_v1_", "dor_v1_"),
    row("heroku-key", "Heroku API key", r"HRKU-[A-Za-z0-9_-]{36,}", "HRKU-"),
    row("cloudflare-token", "Cloudflare token",
         start("cfk_", "cfut_", "cfat_") + r"[A-Za-z0-9_-]{40,}", "cfk_", "cfut_", "cfat_"),
    row("cloudflare-origin-key", "Cloudflare origin CA key", r"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}", "v1.0-"),
    row("flyio-token", "Fly.io token", start("fo1_", "fm1_", "fm1a_", "fm1r_", "fm2_") + r"[A-Za-z0-9+/_-]{43,}",
         "fo1_", "fm1_", "fm1a_", "fm1r_", "fm2_"),
    row("netlify-token", "Netlify token",
         start("nfp_", "nfc_", "nfo_", "nfu_") + r"[A-Za-z0-9]{36,}", "nfp_", "nfc_", "nfo_", "nfu_"),
    row("vercel-blob-token", "Vercel Blob token",
         r"vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30,}", "vercel_blob_rw_"),
    row("render-key", "Render API key", start("rnd_") + rf"[A-Za-z0-9]{{28,32}}{END}", "rnd_", accept=is_random),
    row("planetscale-token", "PlanetScale token", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_=.-]{32,}", "pscale_"),
    row("neon-key", "Neon API key", start("napi_") + r"[a-z0-9]{64}", "napi_"),
    row("supabase-token", "Supabase token", start("sbp_", "sbp_oauth_") + r"[0-9a-f]{40}", "sbp_"),
    row("supabase-key", "Supabase secret key", r"sb_secret_[A-Za-z0-9_-]{20,}", "sb_secret_"),
    row("databricks-token", "Databricks token", start("dapi") + rf"[0-9a-f]{{32}}(?:-[0-9])?{END}", "dapi"),
    row("vault-token", "HashiCorp Vault token",
         start(r"hvs\.", r"hvb\.", r"hvr\.") + r"[A-Za-z0-9_-]{20,}", "hvs.", "hvb.", "hvr."),
    row("terraform-token", "Terraform token",
         around(rf"{FREE}[A-Za-z0-9]{{14}}", 14, r"[A-Za-z0-9_-]{40,}", ".atlasv1."), ".atlasv1."),
    row("pulumi-token", "Pulumi token", start("pul-") + r"[0-9a-f]{40}", "pul-"),
    row("doppler-token", "Doppler token",
         start(r"dp\.") + r"(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,}",
         "dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
    row("encoded-private-key", "Private key in base64",  # of -----BEGIN and the kinds of keys
         r"LS0tLS1CRUdJTiB(?:QUklWQVRF|SU0EgUFJJVkFURS|FQyBQUklWQVRF|PUEVOU1NIIFBSSVZBVEUg|FTkNSWVBURUQg|EU0EgUFJJVkFURS)"
         r"[A-Za-z0-9+/]{20,}={0,2}", "LS0tLS1CRUdJTiB"),
    row("age-key", "age secret key", r"AGE-SECRET-KEY-1[0-9A-Z]{58}", "AGE-SECRET-KEY-1"),
    row("onepassword-token", "1Password service token", r"ops_eyJ[A-Za-z0-9+/=_-]{50,}", "ops_eyJ"),
    row("onepassword-key", "1Password secret key",
         start("A3-") + rf"[A-Z0-9]{{6}}-(?:[A-Z0-9]{{11}}|[A-Z0-9]{{6}}-[A-Z0-9]{{5}})(?:-[A-Z0-9]{{5}}){{3}}{END}",
         "A3-"),
    row("tailscale-key", "Tailscale key",
         r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,40}-[A-Za-z0-9]{20,}", "tskey-"),
    row("openshift-token", "OpenShift token", r"sha256~[A-Za-z0-9_-]{43}", "sha256~"),
    # ------------------------------------------------------------ monitoring
    row("new-relic-key", "New Relic key", r"NRAK-[A-Z0-9]{27}|NRII-[A-Za-z0-9_-]{32}", "NRAK-", "NRII-"),
    row("grafana-token", "Grafana token", r"glsa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}", "glsa_"),
    row("grafana-cloud-token", "Grafana Cloud token", start("glc_") + r"[A-Za-z0-9+/]{32,}={0,2}", "glc_"),
    row("sentry-token", "Sentry token",
         r"sntry(?:s_[A-Za-z0-9+/=_-]{60,}|[uia]_[0-9a-f]{64})", "sntrys_", "sntryu_", "sntryi_", "sntrya_"),
    row("dynatrace-token", "Dynatrace token", start("dt0") + r"[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}", "dt0"),
    row("launchdarkly-key", "LaunchDarkly key",
         start("sdk-", "api-", inside="A-Za-z0-9_-") + rf"{UUID}{END}", "sdk-", "api-"),
    row("django-secret-key", "Django secret key", r"django-insecure-[^\s\"'`\\]{20,}", "django-insecure-"),
    # ------------------------------------------------------------ work, money, messages
    row("linear-key", "Linear API key", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}", "lin_api_", "lin_oauth_"),
    row("notion-token", "Notion token", start("ntn_") + r"[A-Za-z0-9]{40,}", "ntn_"),
    row("notion-legacy-token", "Notion token",
         start("secret_") + rf"[A-Za-z0-9]{{43}}{END}", "secret_", accept=is_random),
    row("figma-token", "Figma token", r"figd_[A-Za-z0-9_-]{36,}", "figd_"),
    row("airtable-token", "Airtable token", start("pat") + r"[A-Za-z0-9]{14}\.[0-9a-f]{64}", "pat"),
    row("typeform-token", "Typeform token", start("tfp_") + r"[A-Za-z0-9_=.-]{40,}", "tfp_"),
    row("contentful-token", "Contentful token", r"CFPAT-[A-Za-z0-9_-]{43}", "CFPAT-"),
    row("dropbox-token", "Dropbox token", start(r"sl\.", r"sl\.u\.") + r"[A-Za-z0-9_-]{100,}", "sl."),
    row("hubspot-token", "HubSpot token",
         start("pat-") + rf"(?:na|eu|ap)[0-9]-{UUID}", "pat-na", "pat-eu", "pat-ap"),
    row("mapbox-token", "Mapbox secret token",
         start(r"sk\.eyJ") + r"[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}", "sk.eyJ"),
    row("maxmind-key", "MaxMind license key",
         around(rf"{FREE}[A-Za-z0-9]{{6}}_[A-Za-z0-9]{{29}}", 36, "", "_mmk"), "_mmk"),
    row("shopify-token", "Shopify token", r"shp(?:at|ca|pa|ss|ua|tka)_[0-9A-Fa-f]{32}",
         "shpat_", "shpca_", "shppa_", "shpss_", "shpua_", "shptka_"),
    row("stripe-key", "Stripe key", start("sk_", "rk_") + r"(?:org_)?(?:live|test|prod)_[A-Za-z0-9]{16,}",
         "k_live_", "k_test_", "k_prod_", "k_org_"),
    row("stripe-webhook-secret", "Stripe webhook secret", r"whsec_[A-Za-z0-9+/]{24,}={0,2}", "whsec_"),
    row("square-secret", "Square secret", r"sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}", "sq0atp-", "sq0csp-"),
    row("square-token", "Square token",
         start("EAAA") + r"[A-Za-z0-9_-]{60,}+(?![+/=])", "EAAA", accept=is_random),
    row("facebook-token", "Facebook token",
         start("EAA") + r"[A-Za-z0-9]{100,}+(?![+/=])", "EAA", accept=is_random),
    row("braintree-token", "Braintree token",
         r"access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}", "access_token$"),
    row("plaid-token", "Plaid token", rf"access-(?:sandbox|development|production)-{UUID}",
         "access-sandbox-", "access-development-", "access-production-"),
    row("easypost-key", "EasyPost API key", start("EZAK", "EZTK") + r"[A-Za-z0-9]{54}", "EZAK", "EZTK"),
    row("shippo-token", "Shippo token", r"shippo_(?:live|test)_[0-9a-f]{40}", "shippo_"),
    row("twilio-key", "Twilio API key", start("SK") + rf"[0-9a-f]{{32}}{END}", "SK"),
    row("sendgrid-key", "SendGrid API key", start(r"SG\.") + r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,}", "SG."),
    row("mailgun-key", "Mailgun API key", start("key-", inside="A-Za-z0-9_-") + rf"[0-9a-f]{{32}}{END}", "key-"),
    row("mailchimp-key", "Mailchimp API key",
         around(rf"{FREE}[0-9a-f]{{32}}", 32, rf"[0-9]{{1,2}}{END}", "-us"),
         "-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"),
    row("brevo-key", "Brevo API key", r"xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}", "xkeysib-"),
    row("resend-key", "Resend API key",
         start("re_") + rf"[A-Za-z0-9]{{8}}_[A-Za-z0-9]{{24}}{END}", "re_", accept=is_random),
    row("slack-token", "Slack token", r"xox[a-ce-z](?:\.xox[a-z])?-(?:[0-9]+-)?[A-Za-z0-9-]{20,}", "xox"),
    row("slack-app-token", "Slack app token", r"xapp-[0-9]-[A-Za-z0-9-]{20,}", "xapp-"),
    row("slack-webhook", "Slack webhook",
         r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?P<secret>[A-Za-z0-9+/]{30,})", "hooks.slack"),
    row("discord-token", "Discord bot token",
         r"[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}",
         accept=is_random),
    row("discord-webhook", "Discord webhook",
         r"discord(?:app)?\.com/api/webhooks/(?P<secret>[0-9]{17,20}/[A-Za-z0-9_-]{60,})", "/api/webhooks/"),
    row("telegram-token", "Telegram bot token",
         r":(?=AA)(?<=[0-9]{8}:)(?P<secret>AA[A-Za-z0-9_-]{33,})", ":AA"),
    row("teams-webhook", "Microsoft Teams webhook",
         r"webhook\.office\.com/webhookb2/(?P<secret>[A-Za-z0-9@/-]{80,})", "webhookb2/"),
    row("firebase-server-key", "Firebase server key",
         start("AAAA") + r"[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{100,}", ":APA91b"),
    row("jwt", "JSON Web Token",  # three parts, two when unsigned, five when encrypted; its payload may be one as well
         start("eyJ", inside="A-Za-z0-9_-") + r"(?<=(?=(?P<secret>eyJ[A-Za-z0-9_-]{8,}"
         r"\.(?:eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?|[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+){3})))eyJ)", "eyJ"),
)
# fmt: on
