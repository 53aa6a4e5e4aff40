#!/usr/bin/env bash
# Version: flask-smorest 0.47.0 with apispec 6.10.1.
# Behaviour: the dict given as API_SPEC_OPTIONS["components"] becomes the store the application's
#   own schemas are written into. A second application made from the same configuration
#   therefore documents schemas of routes it does not have.
# One would guess otherwise: configuration reads as input; API_SPEC_OPTIONS["info"] is only read,
#   and each Api builds an APISpec object of its own.
# A product should: give every application a deep copy of the options.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check \
  'flask-smorest==0.47.0' 'apispec==6.10.1' 'flask==3.1.3' 'marshmallow==4.4.0' 'webargs==8.7.1'
"$tmp/venv/bin/python" - <<'PY'
import copy

from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields

KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
OPTIONS = {"components": {"securitySchemes": {"key": KEY}}}


class Invoice(Schema):
    total = fields.Integer()


def document(options, with_invoices):
    app = Flask("shop")
    app.config.update(
        API_TITLE="shop", API_VERSION="1", OPENAPI_VERSION="3.0.3", API_SPEC_OPTIONS=options
    )
    api = Api(app)
    if with_invoices:
        invoices = Blueprint("invoices", "invoices")

        @invoices.route("/invoices")
        class Invoices(MethodView):
            @invoices.response(200, Invoice)
            def get(self):
                return {}

        api.register_blueprint(invoices)
    return api.spec.to_dict()


apart = copy.deepcopy(OPTIONS)
document(OPTIONS, True)
second = document(OPTIONS, False)
document(copy.deepcopy(apart), True)
copied = document(copy.deepcopy(apart), False)
print("second application, same options: paths", list(second["paths"]), end=" ")
print("schemas", sorted(second["components"]["schemas"]))
print("second application, own copy:     schemas", sorted(copied["components"]["schemas"]))
print("the configuration afterwards:     ", sorted(OPTIONS["components"]))
assert not second["paths"] and "Invoice" in second["components"]["schemas"]
assert "Invoice" not in copied["components"]["schemas"]
PY
