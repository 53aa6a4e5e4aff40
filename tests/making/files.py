"""Files to be handed in."""

from __future__ import annotations

import zipfile
from io import BytesIO

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def zipped(*names: str) -> bytes:
    """Return a ZIP of files with these names."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def multipart(
    content: bytes, name: str = "证据.pdf", field: str = "file", kind: str = "application/pdf"
) -> tuple[bytes, str]:
    """Return the body and the Content-Type of a form with one file."""
    mark = "a3f5-shangfa"
    head = (
        f"--{mark}\r\n"
        f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    return body, f"multipart/form-data; boundary={mark}"
