"""Made-up secrets that names and surroundings give away: name, what gives it a value, value."""

from __future__ import annotations

from random import Random

from secret_making import ALNUM, BASE64, DIGITS, HEX, LOWER, UPPER, URLSAFE, Make, run, uuid


def _chosen(random: Random) -> str:
    """A password as somebody made it up: a word, numbers and a sign."""
    return f"Mango{run(DIGITS, 4)(random)}!"


def _odd(random: Random) -> str:
    """A password of parts, of which one is no word."""
    return f"mango-4{run(DIGITS + LOWER, 7)(random)}"


def _plain(random: Random) -> str:
    return f"{run(LOWER, 3)(random)}{run(DIGITS, 3)(random)}{run(LOWER, 4)(random)}"


ID = "AKIA" + "QX7Z2MWNTPLB4KDV"
_WORDS = (
    "apple",
    "brave",
    "canal",
    "dizzy",
    "eager",
    "fancy",
    "giant",
    "habit",
    "ivory",
    "jelly",
    "karma",
    "lemon",
    "mango",
)
_HARD, _SECRET = "hard-coded-password", "hard-coded-secret"

IN_PLACE: tuple[tuple[str, str, Make, str], ...] = (
    # ------------------------------------------------------------ names of passwords
    (_HARD, 'DB_PASS = "', _chosen, '"'),
    (_HARD, 'db_pass: "', _chosen, '",'),
    (_HARD, "const dbPass = '", _chosen, "';"),
    (_HARD, 'WIFI_PASS = "', _chosen, '"'),
    (_HARD, 'wifi_psk = "', _chosen, '"'),
    (_HARD, 'passcode: "', _chosen, '"'),
    (_HARD, '"Passwort": "', _chosen, '"'),
    (_HARD, 'password_prod = "', _chosen, '"'),
    ("password-abroad", 'senha = "', _chosen, '"'),
    ("password-abroad", 'contraseña: "', _chosen, '"'),
    ("password-abroad", "mot_de_passe => '", _chosen, "'"),
    ("password-abroad", '密码 = "', _chosen, '"'),
    # ------------------------------------------------------------ what gives a value
    (_HARD, '#define MQTT_PASSWORD "', _chosen, '"'),
    (_HARD, 'storePassword "', _chosen, '"'),
    (_HARD, 'password <- "', _chosen, '"'),
    (_HARD, 'config.setPassword("', _chosen, '");'),
    (_HARD, 'builder.withPassword("', _chosen, '").build()'),
    (_HARD, 'let password = String::from("', _chosen, '");'),
    (_HARD, 'password=SecretStr("', _chosen, '")'),
    (_HARD, 'wchar_t* password = L"', _chosen, '";'),
    (_HARD, "WITH PASSWORD = N'", _chosen, "'"),
    (_HARD, 'Dim dbPassword As String = "', _chosen, '"'),
    (_HARD, 'password = """', _chosen, '"""'),
    (_HARD, "const password = process.env.PASSWORD || '", _chosen, "'"),
    (_HARD, "password: process.env.DB_PASSWORD ?? '", _chosen, "',"),
    (_HARD, 'os.environ.get("DB_PASSWORD") or "', _chosen, '"'),
    (_HARD, 'env::var("DB_PASSWORD").unwrap_or("', _chosen, '".into())'),
    (_HARD, '$password = getenv("DB_PASSWORD") ?: "', _chosen, '";'),
    (_SECRET, "const key = process.env.API_KEY || '", run(HEX, 32), "'"),
    (_SECRET, 'client.setApiKey("', run(HEX, 32), '")'),
    (_SECRET, '#define API_TOKEN "', run(ALNUM, 24), '"'),
    # ------------------------------------------------------------ values
    (_HARD, 'password = "', _odd, '"'),
    (_HARD, 'password = "', lambda r: f"blue 4{run(DIGITS + LOWER, 7)(r)}", '"'),
    (_HARD, 'password = "', lambda r: f"{run(DIGITS, 3)(r)}ec{run(UPPER, 2)(r)}a", '"'),
    (_SECRET, 'token = "', lambda r: f"{run(ALNUM, 8)(r)}q3Zt7K", '"'),
    (_SECRET, 'apiKey: "', lambda r: f"{run(ALNUM, 8)(r)}q3Z", '"'),
    (_SECRET, "APP_KEY=base64:", lambda r: run(ALNUM, 43)(r) + "=", ""),
    (_SECRET, "SEGMENT_WRITE_KEY=", run(HEX, 32), ""),
    (_SECRET, "MAPS_KEY = '", run(HEX, 32), "'"),
    (_SECRET, "session_key: '", run(ALNUM, 24), "'"),
    (_SECRET, "Ocp-Apim-Subscription-Key: ", run(HEX, 32), ""),
    (_SECRET, "GH_PAT=", run(ALNUM, 40), ""),
    (_SECRET, "creds = '", run(ALNUM, 30), "'"),
    (_SECRET, '<machineKey decryption="AES" validationKey="', run(DIGITS + "ABCDEF", 64), '" />'),
    ("random-key", 'salt = "', run(ALNUM, 32), '"'),
    ("random-key", "TOTP_SEED=", run(ALNUM, 32), ""),
    ("random-key", "key: '", run(ALNUM, 40), "'"),
    ("hard-coded-secret-key", 'client_secret = "', uuid, '"'),
    (_SECRET, "DEPLOY_TOKEN=", uuid, ""),
    (_SECRET, "apiKey: '", uuid, "',"),
    ("url-key", "https://api.corp/data?appid=", run(HEX, 32), "&q=x"),
    ("url-key", "https://api.corp/data?q=1&key=", run(ALNUM, 20), ""),
    ("wordpress-key", "define('AUTH_KEY',         '", lambda r: run(ALNUM + "!@#${}<>[] ;:|", 64)(r)[:-1] + "x", "');"),
    ("wordpress-key", "define( 'NONCE_SALT', '", lambda r: run(ALNUM + "!@#^&*()_ ;:|", 63)(r) + "x", "' );"),
    (
        "mnemonic",
        'MNEMONIC="',
        lambda r: " ".join(r.sample(_WORDS, 12)),
        '"',
    ),
    # ------------------------------------------------------------ defaults, options, SQL
    ("password-default", "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-", _plain, "}"),
    ("password-default", "password: ${db.password:", _plain, "}"),
    ("option-password", "tool --user app --password ", _plain, " --verbose"),
    ("flag-password", "tool --db-password=", _plain, ""),
    ("flag-password", "New-User -Password '", _plain, "'"),
    ("flag-password", '["--password", "', _plain, '"]'),
    ("option-secret", "tool --api-key ", run(ALNUM, 32), " run"),
    ("option-secret", "tool --token ", run(HEX, 40), ""),
    ("sql-password", "CREATE USER app IDENTIFIED BY '", _plain, "';"),
    ("sql-password", "ALTER USER a IDENTIFIED WITH mysql_native_password BY '", _plain, "';"),
    ("sql-password", "CREATE ROLE app LOGIN PASSWORD '", _plain, "';"),
    ("command-line-password", "curl -udeploy:", run(ALNUM, 10), " https://api"),
    ("command-line-password", "curl -su deploy:", run(ALNUM, 10), " https://api"),
    ("connection-password", "mount -t cifs //h/s /mnt -o username=u,password=", run(ALNUM, 10), ",vers=3.0"),
    # ------------------------------------------------------------ pairs
    ("aws-secret-key", "aws configure set aws_secret_access_key ", run(BASE64, 40), ""),
    ("aws-secret-key", "Secret access key: ", run(BASE64, 40), ""),
    ("aws-secret-key", "s3tool --secret-key ", run(BASE64, 40), " ls"),
    ("named-secret", "  - name: DB_PASSWORD\n    value: ", _plain, ""),
    ("named-secret", "  - name: DB_PASSWORD\r\n    value: '", _chosen, "'\r"),
    ("named-secret", '{"name": "password", "value": "', _plain, '"}'),
    ("named-secret", '"name": "API_TOKEN",\n  "value": "', run(ALNUM, 30), '"'),
    ("named-secret", "ParameterKey=DbPassword,ParameterValue=", _plain, ""),
    ("named-secret", "<key>password</key>\n  <string>", _plain, "</string>"),
    ("secret-before-name", '{"value": "', _plain, '", "name": "db_password"}'),
    ("variable-default", 'variable "db_password" {\n  type    = string\n  default = "', _plain, '"\n}'),
    ("secret-below", 'clientSecret =\n    "', _chosen, '";'),
    ("secret-below", 'API_KEY = (\n    "', run(HEX, 32), '"\n)'),
    ("secret-below", '"password":\n  "', _chosen, '"'),
    ("secret-below", "password: >-\n  ", _chosen, "\nuser: x"),
    ("wallet-key", "accounts: [\n  '", lambda r: "0x" + run(HEX, 64)(r), "',\n]"),
    ("jwk-key", '{"kty": "EC", "x": "b", "d": "', run(URLSAFE, 43), '"}'),
    ("jwk-key", '{"kty": "oct", "k": "', run(URLSAFE, 43), '"}'),
)

PAIRS: tuple[tuple[str, Make, str], ...] = (
    (f'new BasicAWSCredentials("{ID}", "', run(BASE64, 40), '")'),
    (f"{ID},", run(BASE64, 40), ""),
    (f"{ID}:", run(BASE64, 40), ""),
    (f"mc alias set s3 https://s3 {ID} ", run(BASE64, 40), ""),
    (f"id: {ID}\nother: ", run(BASE64, 40), ""),
)
"""What stands before and after the secret that belongs to the id of a key of AWS."""
