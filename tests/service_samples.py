"""Made-up secrets of the services that have a module of their own, put together so that no file holds a whole one."""

from __future__ import annotations

from random import Random

from secret_making import ALNUM, BASE64, DIGITS, HEX, LOWER, UPPER, URLSAFE, Make, run

_BASE58 = "".join(sign for sign in ALNUM if sign not in "0OIl")


def _signed(width: int, sign: str, after: str, end: str = "") -> Make:
    def make(random: Random) -> str:
        return f"{run(ALNUM, width)(random)}{sign}{run(BASE64, 5)(random)}{after}{end}"

    return make


TOKENS: tuple[tuple[str, str, Make], ...] = (
    ("azure-storage-key", "", _signed(76, "+ASt", "Q", "==")),
    ("azure-storage-key", "", _signed(76, "ACDb", "g", "==")),
    ("azure-storage-key", "", _signed(76, "+AMC", "A", "==")),
    ("azure-functions-key", "", _signed(44, "AzFu", "w", "==")),
    ("azure-registry-key", "", _signed(42, "+ACR", "D")),
    ("azure-bus-key", "", _signed(33, "AzCa", "A", "=")),
    ("azure-bus-key", "", _signed(33, "+ASb", "A", "=")),
    ("digitalocean-spaces-key", "DO00", run(DIGITS + UPPER, 16)),
    ("volcengine-key", "AKLT", run(ALNUM, 43)),
    ("baidu-key", "bce-" + "v3/ALTAK-", lambda r: f"{run(ALNUM, 21)(r)}/{run(HEX, 40)(r)}"),
    ("yandex-key", "AQVN", run(URLSAFE, 36)),
    ("yandex-token", "y0_", run(URLSAFE, 55)),
    ("yandex-token", "t1.", run(URLSAFE, 60, 86, joint=".")),
    ("neon-password", "npg_", run(ALNUM, 12)),
    ("vercel-token", "vcp_", run(ALNUM, 56)),
    ("extended-private-key", "xprv", run(_BASE58, 107)),
    ("scalingo-token", "tk-" + "us-", run(URLSAFE, 48)),
    ("harness-token", "pat.", lambda r: f"{run(URLSAFE, 22)(r)}.{run(HEX, 24)(r)}.{run(ALNUM, 20)(r)}"),
    ("infracost-key", "ico-", run(ALNUM, 32)),
    ("jina-key", "jina_", run(ALNUM, 60)),
    ("firecrawl-key", "fc-", run(HEX, 32)),
    ("cursor-key", "key_", run(HEX, 64)),
    ("new-relic-license", "", lambda random: f"{run(HEX, 36)(random)}NRAL"),
    ("posthog-key", "phx_", run(ALNUM, 43)),
    ("grafana-key", "eyJr" + "Ijoi", run(ALNUM, 90)),
    ("adafruit-key", "aio_", run(ALNUM, 28)),
    ("slack-cookie", "xoxd-", lambda r: f"{run(ALNUM, 30)(r)}%2F{run(ALNUM, 30)(r)}%2B{run(ALNUM, 30)(r)}"),
    ("slack-cookie", "xoxd-", lambda r: f"{run(ALNUM, 30)(r)}%2f{run(ALNUM, 9)(r)}%3D%3D"),
    ("mailgun-private-key", "", run(HEX, 32, 8, 8, joint="-")),
    ("twitter-bearer", "A" * 22, run(ALNUM, 80)),
    ("instagram-token", "IGQ", run(URLSAFE, 150)),
    ("linkedin-secret", "WPL_" + "AP1.", lambda r: f"{run(ALNUM, 16)(r)}.{run(ALNUM, 6)(r)}=="),
    ("asana-token", "2/", lambda r: f"{run('123456789', 16)(r)}/{run('123456789', 16)(r)}:{run(HEX, 32)(r)}"),
    ("intercom-token", "dG9rO", run(ALNUM, 55)),
    ("duffel-token", "duffel_" + "live_", run(URLSAFE, 43)),
    ("frameio-token", "fio-u-", run(URLSAFE, 64)),
    ("flutterwave-key", "FLWSECK-", lambda random: f"{run(HEX, 32)(random)}-X"),
    ("readme-key", "rdme_", run(DIGITS + LOWER, 70)),
    ("paddle-key", "pdl_" + "live_apikey_", run(ALNUM, 26, 22, 3, joint="_")),
)

IN_PLACE: tuple[tuple[str, str, Make, str], ...] = (
    ("convex-key", "CONVEX_DEPLOY_KEY=prod:happy-animal-123|", lambda r: "eyJ2" + "MiI6" + run(ALNUM, 60)(r), ""),
    ("infura-key", "https://mainnet.infura.io/v3/", run(HEX, 32), '"'),
    ("alchemy-key", "wss://eth-mainnet.g.alchemy.com/v2/", run(URLSAFE, 32), "'"),
)
