"""Mail by SMTP, with the standard library."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from shangfa.config import MailServer, settings

PATIENCE: Final = 20.0
"""Seconds that the server may take for each of its answers."""
PERMANENT: Final = 500
"""Answers from here on say that the same mail will never be taken."""


class MailError(Exception):
    """A mail was certainly not taken; `again`: it may be another time."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail; its id makes the Message-ID, so that a server can tell it from another."""

    id: UUID
    to: str
    subject: str
    text: str
    at: datetime


def send(mail: Mail) -> None:
    """Hand a mail to the server; what the server may have taken counts as sent.

    Raises:
        MailError: it was certainly not taken.
    """
    server = settings().smtp
    if server is None:
        raise MailError("no mail server is set", again=True)
    message = _message(server, mail)
    try:
        link = _connect(server)
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(type(error).__name__, again=True) from error
    try:
        link.send_message(message)
    except smtplib.SMTPResponseException as error:
        raise MailError(f"answer {error.smtp_code}", again=error.smtp_code < PERMANENT) from error
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        again = all(code < PERMANENT for code in codes)
        raise MailError(f"answer {codes}", again=again) from error
    except (OSError, smtplib.SMTPException):
        pass  # lost on the way: it may have been taken, and is not sent again
    finally:
        link.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    """Return a link to the server; a password goes over a secure one only."""
    context = ssl.create_default_context()
    if server.tls:
        link: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=PATIENCE, context=context
        )
    else:
        link = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        link.ehlo()
        if not server.tls and (server.user or link.has_extn("starttls")):
            link.starttls(context=context)
        if server.user:
            link.login(server.user, server.password)
    except BaseException:
        link.close()
        raise
    return link


def _message(server: MailServer, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
