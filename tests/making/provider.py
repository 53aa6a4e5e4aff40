"""Identity providers for tests: one of ours that may lie, and the npm package that does not."""

from __future__ import annotations

import hmac
import json
import os
import shutil
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep, time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "shangfa"
SECRET = "a secret: with %, + and &"  # the form encoding of RFC 6749 2.3.1 matters
BACK = "https://shangfa.example/console/sign-in/back"


def make_key(kid: str) -> RSAKey:
    """Return a key that signs."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, auto_kid=False)


@dataclass
class Liar:
    """A provider whose answers a test may change.

    Attributes:
        said: claims that are put over what is right; None takes one away.
        answers: path -> (status, body) in place of the right one.
        codes: what was asked for, by the code that was given.
        heard: Authorization and body of each exchange.
    """

    port: int = 0
    keys: list[RSAKey] = field(default_factory=lambda: [make_key("first")])
    said: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    heard: list[tuple[str, str]] = field(default_factory=list)
    sign: Callable[[Liar, dict[str, Any]], str] | None = None
    drip: bool = False

    @property
    def issuer(self) -> str:
        """Its name."""
        return f"http://127.0.0.1:{self.port}"

    def straight(self) -> None:
        """Tell the truth again."""
        self.said, self.answers, self.sign, self.drip = {}, {}, None, False

    def visit(self, url: str) -> dict[str, str]:
        """Let somebody in who was sent to `url`; return what he is sent back with."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, authorization: str, body: str) -> tuple[int, bytes]:
        """Return status and body for a request."""
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return 200, _json(self._metadata())
        if path == "/jwks":
            public = [key.as_dict(private=False) for key in self.keys]
            strange = {"kty": "XYZ", "kid": "first"}
            return 200, _json({"keys": [strange, *public]})
        if path == "/token":
            return self._token(authorization, body)
        return 404, b""

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=a",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }

    def _token(self, authorization: str, body: str) -> tuple[int, bytes]:
        self.heard.append((authorization, body))
        form = {k: v[0] for k, v in parse_qs(body).items()}
        asked = self.codes.pop(form["code"], None)
        if asked is None:
            return 400, _json({"error": "invalid_grant"})
        assert create_s256_code_challenge(form["code_verifier"]) == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        claims = {
            "iss": self.issuer,
            "sub": "s-1",
            "aud": CLIENT,
            "exp": int(time()) + 300,
            "iat": int(time()),
            "nonce": asked["nonce"],
        } | self.said
        claims = {name: value for name, value in claims.items() if value is not None}
        make = self.sign or signed
        tokens = {"access_token": "at", "token_type": "Bearer", "id_token": make(self, claims)}
        return 200, _json(tokens)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def signed(liar: Liar, claims: dict[str, Any]) -> str:
    """Sign as a provider does."""
    key = liar.keys[0]
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None = None) -> str:
    """Write a token that no library signs any more; without a secret it has no signature."""
    text = f"{_part(_json(header))}.{_part(_json(claims))}"
    mac = hmac.digest(secret, text.encode(), "sha256") if secret is not None else b""
    return f"{text}.{_part(mac)}"


def _part(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def lying() -> Iterator[Liar]:
    """Run a provider in this process."""
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._tell("")

        def do_POST(self) -> None:
            self._tell(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _tell(self, body: str) -> None:
            path = urlsplit(self.path).path
            status, content = liar.answer(path, self.headers.get("Authorization", ""), body)
            self.send_response(status)
            if status in {301, 302}:
                self.send_header("Location", f"{liar.issuer}/elsewhere")
            self.end_headers()
            try:
                for _ in range(200 if liar.drip else 0):
                    self.wfile.write(b" ")
                    sleep(0.02)
                self.wfile.write(content)
            except OSError:
                pass  # whoever asked has hung up

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_open = ExitStack()
"""What is closed with the process."""


@cache
def lasting() -> Liar:
    """Return a provider that runs as long as this process."""
    return _open.enter_context(lying())


PACKAGE = "oidc-provider@9.13.3"
SERVER = """
import http from 'node:http';
import { Provider } from 'oidc-provider';

const [client, secret, back] = process.argv.slice(2);
const accounts = {
  async findAccount(_, id) {
    return { accountId: id, async claims() {
      return { sub: id, preferred_username: id, email: `${id}@example.com`, email_verified: true };
    } };
  },
};
const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    ...accounts,
    clients: [{ client_id: client, client_secret: secret, redirect_uris: [back] }],
    claims: {
      openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'],
    },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['for a test'] },
  });
  server.on('request', provider.callback());
  process.stdout.write(`${issuer}\\n`);
});
"""


def has_node() -> bool:
    """Tell whether the package can be run here."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


@contextmanager
def providing(folder: Path) -> Iterator[str]:
    """Install and run the npm package in a folder; yield its issuer."""
    (folder / "package.json").write_text('{"type": "module", "private": true}')
    (folder / "server.js").write_text(SERVER)
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=300)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            ["node", "server.js", CLIENT, SECRET, BACK],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "NODE_ENV": "test"},
        )
        try:
            assert process.stdout is not None
            issuer = process.stdout.readline().strip()
            assert issuer, (folder / "log").read_text()
            yield issuer
        finally:
            process.kill()
            process.communicate()
