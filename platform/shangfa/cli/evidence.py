"""Prove an evidence pack; no database, no network and no deployment is needed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from shangfa.cli.arguments import FILE
from shangfa.papers.pack import Wrong, verify_pack

WORDS: Final[dict[Wrong, tuple[str, str]]] = {
    "unreadable": ("不是可读取的 ZIP", "no ZIP that can be read"),
    "manifest": (
        "清单缺失、重复或不合格式",
        "the manifest is missing, there twice, or none of ours",
    ),
    "missing": ("缺少文件", "a file is missing"),
    "extra": ("多出文件", "a file is there that is not listed"),
    "renamed": ("文件被改名", "a file was renamed"),
    "changed": ("文件内容被改动", "a file was changed"),
    "rewritten": ("压缩包被重新打包或附加内容", "the ZIP was packed anew or added to"),
    "other_manifest": ("清单不是所给的那一份", "the manifest is not the one that was named"),
}


@click.command(name="verify-pack")
@click.argument("pack", type=FILE)
@click.option("--manifest", help="SHA-256 of the manifest, as it was told with the pack.")
def verify(pack: Path, manifest: str | None) -> None:
    """Check every file of an evidence pack against its manifest."""
    with pack.open("rb") as file:
        found = verify_pack(file, manifest.strip().lower() if manifest else None)
    for finding in found.findings:
        zh, en = WORDS[finding.wrong]
        click.echo(f"FAIL {finding.wrong}: {zh} | {en}: {finding.path}")
    if found.findings:
        sys.exit(1)
    click.echo(f"OK {found.files} files, manifest {found.manifest}")
