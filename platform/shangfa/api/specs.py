"""Write `api_specs/`: the OpenAPI document and the schemas of policies, procedures, plugins.

`python -m shangfa.api.specs FOLDER`; a test fails when what is there is not what this
gives.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from shangfa.api.app import create_app
from shangfa.api.tenancy.shapes import plugin_schemas
from shangfa.config import OURS
from shangfa.documents.procedure import read as procedures
from shangfa.plugins.installed import installed
from shangfa.services.policies import versions as policies
from shangfa.services.tenancy.plugins import schemas


def documents() -> dict[str, str]:
    """Return file name in `api_specs/` -> text."""
    found: dict[str, Any] = {
        "openapi.json": json.loads(create_app().test_client().get("/openapi.json").text),
        "policy.schema.json": policies.document_schema(),
        "procedure.schema.json": procedures.document_schema(),
    }
    found |= {
        f"plugins/{plugin.name}.json": plugin_schemas(schemas(plugin))
        for name, plugin in installed().plugins.items()
        if name in OURS  # others may be installed beside them
    }
    return {name: _text(value) for name, value in found.items()}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write(folder: Path) -> None:
    """Write every document below `folder`."""
    for name, text in documents().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "api_specs"))
