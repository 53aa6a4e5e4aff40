"""The ways of service by whatever name."""

from __future__ import annotations

import pytest

from shangfa.domain.cases.acts.service import way_of


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("direct", "direct"),
        ("Direct", "direct"),
        ("in_person", "direct"),
        ("直接送达", "direct"),
        ("当面", "direct"),
        ("post", "post"),
        ("邮寄送达", "post"),
        (" 快递 ", "post"),
        ("announcement", "announcement"),
        ("ANNOUNCEMENT", "announcement"),
        ("公告", "announcement"),
        ("公告送达", "announcement"),
        ("公告 送达", "announcement"),
        ("登报", "announcement"),
        ("publication", "announcement"),
        ("微信", "electronic"),
        ("E-Mail", "electronic"),
        ("留置送达", "leaving"),
        ("委托送达", "entrusted"),
        ("转交", "forwarded"),
        ("by_hand", "direct"),
        ("in_app", "electronic"),
        ("e-sign", "electronic"),
        ("family", "forwarded"),
        ("registered mail", "post"),
        ("其他送达", "other"),
        ("他自己知道", "他自己知道"),
        ("送达", "送达"),
        ("", ""),
    ],
)
def test_a_way_is_meant_by_many_names(said: str, way: str) -> None:
    assert way_of(said) == way
