#!/usr/bin/env bash
# Version: joserfc 1.8.0.
# Behaviour: the claims registry compares `iat` and `nbf` with the clock cut to whole seconds and
#   without leeway. A token whose `iat` has a fraction, as RFC 7519 allows and as `time.time()` gives,
#   is refused as "issued in the future" until the next second begins, by the very same clock.
# One would guess otherwise: no clocks differ, the token is older than the check, and tests that issue
#   whole seconds pass; in use it fails a moment after signing in and works when tried again.
# A product should: give JWTClaimsRegistry a leeway of some seconds, and issue whole seconds itself.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'joserfc==1.8.0'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import time

from joserfc import jwt
from joserfc.errors import InvalidClaimError
from joserfc.jwk import OctKey

KEY = OctKey.generate_key(256)


def checked(issued, **options):
    """What the check says of a token issued at a time that has already passed."""
    token = jwt.decode(jwt.encode({"alg": "HS256"}, {"iat": issued}, KEY), KEY)
    while time.time() <= issued:
        pass
    try:
        jwt.JWTClaimsRegistry(**options).validate(token.claims)
    except InvalidClaimError as error:
        return error.description
    return "accepted"


def beginning():
    """The time at a tenth of a second after a full one."""
    while not 0.05 < time.time() % 1 < 0.2:
        time.sleep(0.01)
    return time.time()


now = beginning()
fraction = checked(now)
whole = checked(int(beginning()))
leeway = checked(beginning(), leeway=5)
time.sleep(1)
later = checked(now)
print("iat with a fraction, at once:        ", fraction)
print("the same a second later:             ", later)
print("iat in whole seconds, at once:       ", whole)
print("iat with a fraction, leeway 5 s:     ", leeway)
assert fraction == "The token was issued in the future"
assert later == whole == leeway == "accepted"
PY
