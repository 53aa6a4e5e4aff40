#!/usr/bin/env bash
# Version: Authlib 1.9.10 with requests 2.34.2.
# Behaviour: a client that signs in to a token endpoint with `client_secret_basic`, the default,
#   sends its id and secret as they are. RFC 6749 2.3.1 has both form-encoded before they are
#   joined by a colon, and servers that follow it decode: an id that is a URL ends at its first
#   colon, a plus sign of the secret becomes a space.
# One would guess otherwise: the method is named after the standard, the same library's
#   `client_secret_post` encodes, and most secrets have no such letters, so nothing is noticed.
# A product should: form-encode both itself, and try a secret with `+`, `%` and `:` in its tests.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'authlib==1.9.10' 'requests==2.34.2'
"$tmp/venv/bin/python" - <<'PY'
import json
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import unquote_plus

from authlib.integrations.requests_client import OAuth2Session

CLIENT, SECRET = "https://shop.example/app", "two+two%3D4"
heard = []


class Tokens(BaseHTTPRequestHandler):
    """A token endpoint that reads the header as RFC 6749 2.3.1 has it."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        pair = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        name, _, secret = pair.partition(":")
        heard.append((unquote_plus(name), unquote_plus(secret)))
        body = json.dumps({"access_token": "a", "token_type": "Bearer"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Tokens)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/token"
OAuth2Session(CLIENT, SECRET).fetch_token(url, grant_type="client_credentials")
server.shutdown()
print("registered:", (CLIENT, SECRET))
print("understood:", heard[0])
assert heard == [("https", "//shop.example/app:two two=4")]
PY
