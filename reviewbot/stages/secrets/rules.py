"""The table of secrets: published formats, then what only its surroundings give away."""

from __future__ import annotations

import re

from reviewbot.late import late
from reviewbot.stages.secrets.assignments import ASSIGNED, LOGIN_PASSWORD, PGPASS_PASSWORD, SET_PASSWORD, SHELL_PASSWORD
from reviewbot.stages.secrets.formats import FORMATS, Rule
from reviewbot.stages.secrets.grammar import IS, PASSWORD, QUOTE, UNQUOTED, beside, named
from reviewbot.stages.secrets.pairs import PAIRED
from reviewbot.stages.secrets.services import SERVICES
from reviewbot.stages.secrets.values import (
    is_basic_credentials,
    is_filled_in,
    is_random,
    is_set_password,
    is_url_password,
)

__all__ = ["CUT_SECRET", "IN_FILES", "PRIVATE_KEY", "RULES", "Rule"]


_USER_FLAG = "|".join(rf"(?<=[\s\"']-[A-Za-z]{{{others}}}u)" for others in range(4))
"""`-u`, and the last of several letters: `curl -su`."""
_NPM_NAMES = ("_authtoken=", "_auth=", "_password=")

RULES: tuple[Rule, ...] = (
    *FORMATS,
    *SERVICES,
    beside(
        "aws-secret-key",
        "AWS secret access key",
        # By its name, also `--secret-key x`, `configure set aws_secret_access_key x` and `Secret access key: x`.
        r"(?i:(?<=t)[_. -]?(?:access)?[_. -]?key|(?<=s)[_.-]?secret)"
        rf"(?:[A-Za-z0-9_.-]{{0,30}}+{IS}|[ \t]{{1,4}}+)(?:{QUOTE})?(?P<secret>[A-Za-z0-9/+]{{40}})(?![A-Za-z0-9/+=])",
        "secret",
        "aws",
        accept=is_filled_in,
    ),
    beside(
        "heroku-legacy-key",
        "Heroku API key",
        named(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
        "heroku",
    ),
    beside("mistral-key", "Mistral API key", named("[A-Za-z0-9]{32}"), "mistral", accept=is_random),
    beside(
        "npmrc-credential",
        "npm registry credential",
        rf"(?im:{'|'.join(f'(?<={before}{name})' for before in '^:' for name in _NPM_NAMES)})"
        r"\"?(?P<secret>[A-Za-z0-9+/=_-]{12,512}+)",
        *_NPM_NAMES,
        accept=is_url_password,
    ),
    beside(
        "docker-auth",
        "Container registry credential",
        r"\\?\"[ \t]{0,4}:[ \t]{0,4}\\?\"(?P<secret>[A-Za-z0-9+/]{12,}={0,2})",
        '"auth',
        accept=is_basic_credentials,
    ),
    beside(
        "url-password",
        "Password in a URL",
        r"(?<=[A-Za-z0-9+.-]://)[^\s/:@?#\"'`<>]*+:(?P<secret>[^\s/?\"'`<>]{3,})@(?=[A-Za-z0-9\[])",
        "://",
        accept=is_url_password,
    ),
    beside(
        "basic-auth",
        "HTTP Basic credentials",
        r"[ \t]{1,4}+(?P<secret>[A-Za-z0-9+/]{8,}={0,2})",
        "basic",
        accept=is_basic_credentials,
    ),
    beside(
        "bearer-token",
        "Bearer token",
        r"[ \t]{1,4}+(?P<secret>[A-Za-z0-9_.~+/=-]{16,})",
        "bearer",
        accept=is_random,
    ),
    beside(
        "netrc-password",
        "Password for .netrc",
        r"(?:(?<=machine)[ \t]{1,8}+\S{1,253}+|(?<=default))[ \t]{1,8}+login[ \t]{1,8}+\S{1,64}+"
        r"[ \t]{1,8}+password[ \t]{1,8}+(?P<secret>\S{4,})",
        "machine",
        "default",
        accept=is_url_password,
    ),
    beside(
        "authorization",
        "Credentials of an Authorization header",
        rf"{IS}[bruf@]?(?:{QUOTE})?"
        r"(?:(?i:token|bearer|apikey|api-key|key|bot|sso-key|geniekey)[ \t=:]{1,4}+)?"
        r"(?:token=)?[\"'`]?(?P<secret>[A-Za-z0-9_.~+/=-]{16,160}+)",
        "authorization",
        accept=is_random,
    ),
    beside(
        "command-line-password",
        "Password on a command line",
        rf"(?:{_USER_FLAG}|(?<=(?i:user)[ =]))"
        rf"[ =]?+[\"']?[A-Za-z0-9_.@%+-]{{1,64}}+:(?P<secret>{UNQUOTED}{{6,64}}+)",
        "-u",
        "-su",
        "-ku",
        "-ssu",
        "-sku",
        "-ksu",
        "-fsu",
        "-fssu",
        "--user ",
        "--user=",
        "--proxy-user ",
        accept=is_set_password,
    ),
    beside(
        "connection-password",
        "Password of a connection",
        # Between other settings of a connection: `;Pwd=x;`, `&password=x`, `host=h password=x dbname=d`.
        r"(?i:(?:(?<=[;?&]password=)|(?<=; password=)|(?<=[;?&]pwd=)|(?<=; pwd=)|(?<=,password=))(?P<listed>)"
        r"|(?<= password=))"
        r"(?P<secret>[^\s;,\"'`\\&<>(){}]{6,128}+)(?(listed)(?=[;,\"'`\\&\s]|\Z)|(?=[\"']|[ ][a-z_]{2,16}=))",
        "password=",
        "pwd=",
        accept=is_set_password,
    ),
    beside(
        "jdbc-password",
        "Password in a JDBC URL",
        r"(?:thin|oci8?):[^\s/@\"'`]{1,64}+/(?P<secret>[^\s/@\"'`]{3,64}+)@",
        "jdbc:oracle:",
        accept=is_url_password,
    ),
    beside(
        "mysql-password",
        "Password for MySQL",
        # mysql, mysqldump, mariadb-admin ... and up to a dozen other options before it.
        r"[a-z_-]{0,16}+(?:[ \t]{1,8}+(?!-p|--password|mysql|mariadb)[^\s|;&]{1,64}+){0,12}+"
        r"[ \t]{1,8}+(?:-p|--password[= ])"
        rf"(?P<quote>[\"'])?(?P<secret>(?(quote)[^\s\"']{{6,64}}+|{UNQUOTED}{{6,64}}+))(?(quote)(?P=quote))",
        "mysql",
        "mariadb",
        accept=is_set_password,
    ),
    beside(
        "option-password",
        "Password of an option",
        # `--password hunter2`, and what sets a variable by its name: `--build-arg db_password=hunter2`.
        rf"(?>(?<=--password[= ])(?!-)|(?<!--password[= ])(?<![A-Za-z0-9]-e )(?<![A-Za-z0-9-]--env )[\"']?"
        rf"(?=[A-Za-z0-9_.-]{{0,64}}+=)[A-Za-z0-9_.-]{{0,40}}?{PASSWORD}=)"
        rf"(?P<quote>[\"'])?(?P<secret>{UNQUOTED}{{6,64}}+)(?(quote)(?P=quote))(?=[\s\"'`\\]|\Z)",
        "--password=",
        "--password ",
        "--build-arg ",
        "--env ",
        "-e ",
        "--set ",
        accept=is_set_password,
    ),
    beside(
        "image-password",
        "Password in an image",
        # In a Dockerfile a blank may stand for the sign: `ENV DB_PASSWORD hunter2`.
        r"(?<=ENV )[ \t]{0,8}+(?m:(?=[A-Z0-9_]{3,64}+[ \t]{1,8}+[\"']?[^\s\"']{8,128}+[\"']?[ \t]{0,40}+\r?$))"
        rf"[A-Z0-9_]{{0,40}}?{PASSWORD}[ \t]{{1,8}}+(?P<quote>[\"'])?(?P<secret>{UNQUOTED}{{8,128}}+)"
        r"(?(quote)(?P=quote))(?=\s|\Z)",
        "env ",
        accept=is_set_password,
    ),
    *ASSIGNED,
    *PAIRED,
)
"""What several rows match is named by the first of them."""

PRIVATE_KEY = beside("private-key", "Private key", "", "private key", "private-lines:")
"""Found by `private_keys`, because it takes several lines; the pattern is only its mark."""

CUT_SECRET = Rule(
    name="cut-secret",
    title="Beginning of a secret",
    expression=r"(?<![A-Za-z0-9_+/-])[A-Za-z0-9_+/-]{16,}+\Z",
    hint=(),
    accept=is_random,
)
"""For a text of which the end is missing."""

IN_FILES: tuple[tuple[Rule, re.Pattern[str]], ...] = (
    (
        SET_PASSWORD,
        late(
            r"(?i)(?:^|/)(?:[^/]*\.(?:ini|cfg|conf|cnf|config|properties|props|ya?ml|toml|env|tfvars|hcl|prefs|settings|service"
            r"|secrets?|credentials)(?:\.[\w-]+)?|\.?env(?:rc)?(?:\.[^/]*)?|(?:hosts|inventory|config|credentials|secrets)"
            r"|\.(?:pypirc|my\.cnf|npmrc|s3cfg|boto|git-credentials|gitconfig|wgetrc|curlrc))\Z"
        ),
    ),
    (
        SHELL_PASSWORD,
        late(
            r"(?i)(?:^|/)(?:[^/]*\.(?:sh|bash|zsh|ksh|fish|ps1|bat|cmd|txt|log|out|md|rst|adoc)|\.(?:bash|zsh)\w*|\.?profile"
            r"|\.bash_history)\Z|\A\Z"
        ),
    ),
    (LOGIN_PASSWORD, late(r"(?:^|/)[._]netrc(?:\.[\w-]+)?\Z")),
    (PGPASS_PASSWORD, late(r"(?:^|/)\.?pgpass(?:\.[\w-]+)?\Z")),
)
"""Rules that hold in some files only, and the names of these; the empty name is that of a text without a file."""
