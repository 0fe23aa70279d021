"""The client of an agency: it signs, sends until it is answered, verifies receipts and reads the mailbox.

    from hub.client import AgencyKey, Exchange

    with Exchange("https://exchange.example", AgencyKey.read(Path("agency.key").read_text())) as exchange:
        sent = exchange.send(document, "application/json")
        for waiting in exchange.waiting(seconds=30):
            keep(exchange.fetch(waiting.id))
            exchange.acknowledge(waiting.id, "our reference")

It needs the packages that `pip install justice-exchange` brings, and none of those of the server.
"""

from hub.access.assertions import AgencyKey
from hub.client.answers import AcceptedMessage, FetchedMessage, ReceiptOfDocument, SentDocument, WaitingMessage
from hub.client.calling import NotAnswered, RefusedByExchange, Retrying
from hub.client.exchange import Exchange
from hub.errors import SignatureWrong
from hub.journal.signing_keys import PublicKeys

__all__ = [
    "AcceptedMessage",
    "AgencyKey",
    "Exchange",
    "FetchedMessage",
    "NotAnswered",
    "PublicKeys",
    "ReceiptOfDocument",
    "RefusedByExchange",
    "Retrying",
    "SentDocument",
    "SignatureWrong",
    "WaitingMessage",
]
