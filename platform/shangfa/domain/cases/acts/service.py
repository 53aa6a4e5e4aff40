"""The ways in which a decision is served, by whatever name somebody writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ANNOUNCEMENT: Final = "announcement"
FAILED_BEFORE: Final = ("direct", "post")
"""What must have been tried before something is announced."""
OTHER: Final = "other"
"""None of the ways that have a name; a note says how."""
WAYS: Final = (
    "direct",
    "leaving",
    "electronic",
    "entrusted",
    "forwarded",
    "post",
    ANNOUNCEMENT,
    OTHER,
)
_CALLED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("直接", "当面", "本人", "签收", "当面签收", "本人签收", "面交"), "direct"),
    **dict.fromkeys(("in person", "personal", "personally", "person", "hand"), "direct"),
    **dict.fromkeys(("by hand", "in hand", "hand delivery", "face to face"), "direct"),
    **dict.fromkeys(("personal delivery", "delivery", "signed", "signature"), "direct"),
    **dict.fromkeys(("留置", "left", "left behind", "substituted"), "leaving"),
    **dict.fromkeys(("电子", "电子邮件", "邮件", "邮箱", "短信", "微信", "企业微信"), "electronic"),
    **dict.fromkeys(("钉钉", "飞书", "系统", "线上", "传真"), "electronic"),
    **dict.fromkeys(("email", "e mail", "sms", "wechat", "dingtalk", "fax"), "electronic"),
    **dict.fromkeys(
        ("system", "online", "portal", "app", "in app", "e sign", "wecom"), "electronic"
    ),
    "委托": "entrusted",
    **dict.fromkeys(("转交", "代收", "家属代收", "family"), "forwarded"),
    **dict.fromkeys(("邮寄", "邮政", "快递", "挂号", "挂号信", "特快专递", "ems"), "post"),
    **dict.fromkeys(("mail", "courier", "letter", "postal", "express"), "post"),
    **dict.fromkeys(("registered mail", "registered post", "registered letter"), "post"),
    "公告": ANNOUNCEMENT,
    "登报": ANNOUNCEMENT,
    "announced": ANNOUNCEMENT,
    "publication": ANNOUNCEMENT,
    "其他": OTHER,
    "其它": OTHER,
}


def way_of(said: str) -> str:
    """Return the way that somebody means, as it is named here; any other as he wrote it."""
    plain = (
        " ".join(said.lower().replace("_", " ").replace("-", " ").split())
        .removesuffix("送达")
        .strip()
    )
    plain = plain.removesuffix(" service").strip()
    return plain if plain in WAYS else _CALLED.get(plain, said)
