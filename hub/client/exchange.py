"""The exchange, as a system of an agency sees it."""

import hashlib
import json
from typing import Self

from hub.access.assertions import AgencyKey
from hub.client.answers import FetchedMessage, ReceiptOfDocument, SentDocument, WaitingMessage
from hub.client.calling import Calling, Retrying
from hub.errors import SignatureWrong
from hub.journal.merkle import canonical
from hub.journal.signing_keys import PublicKeys
from schemas.json import JsonMapping, JsonObject

_WAIT_SECONDS_MAX = 30
_JSON = {"Content-Type": "application/json"}


class Exchange:
    """Several threads may use it."""

    def __init__(
        self,
        address: str,
        key: AgencyKey,
        *,
        keys: PublicKeys | None = None,
        audience: str = "justice-exchange",
        retrying: Retrying | None = None,
        ca_file: str | None = None,
    ) -> None:
        """`keys` are those of the exchange, if the agency got them by another way; otherwise the exchange itself is
        asked, and a receipt proves no more than the connection does."""
        self._calling = Calling(address, key, audience, retrying or Retrying(), ca_file)
        self._key = key
        self._given = keys
        self._asked: PublicKeys | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._calling.close()

    def send(self, body: bytes, media_type: str) -> SentDocument:
        """Hand in a document, signed, until it is answered. The same document again gets the same receipt. Raises
        RefusedByExchange, NotAnswered, or SignatureWrong if the receipt is not that of this document."""
        headers = {"Content-Type": media_type, "Hub-Signature": self._key.signature(body)}
        answer = self._calling.call("POST", "/v1/messages", body, headers)
        receipt = self._verified(json.loads(answer.data)["receipt"])
        if receipt.sha256 != hashlib.sha256(body).hexdigest():
            raise SignatureWrong("receipt.changed", "the receipt is for another document", "send it again")
        return SentDocument(receipt, "Hub-Repeated" in answer.headers)

    def story(self, message_id: str) -> JsonObject:
        """What became of a message that this agency sent or received. Raises RefusedByExchange, NotAnswered."""
        told: JsonObject = json.loads(self._calling.call("GET", f"/v1/messages/{message_id}").data)
        return told

    def waiting(self, *, seconds: int = 0, limit: int = 10) -> tuple[WaitingMessage, ...]:
        """The messages in the mailbox, the oldest first. With `seconds` it waits so long for the first one. A listed
        message is not listed again for a while. Raises RefusedByExchange, NotAnswered."""
        path = f"/v1/mailbox?wait={min(seconds, _WAIT_SECONDS_MAX)}&limit={limit}"
        items = json.loads(self._calling.call("GET", path).data)["items"]
        return tuple(WaitingMessage(each["message_id"], each["kind"], each["sender"]) for each in items)

    def fetch(self, message_id: str) -> FetchedMessage:
        """Raises RefusedByExchange, NotAnswered."""
        answer = self._calling.call("GET", f"/v1/mailbox/{message_id}")
        of = answer.headers
        return FetchedMessage(
            of["Hub-Message-Id"], of["Hub-Kind"], of["Hub-Sender"], of.get("Content-Type", ""), answer.data
        )

    def acknowledge(self, message_id: str, reference: str | None = None) -> JsonMapping:
        """Say that the message is kept here. The same call again gets the same receipt. Raises RefusedByExchange,
        NotAnswered."""
        body = json.dumps({} if reference is None else {"reference": reference}).encode()
        answer = self._calling.call("POST", f"/v1/mailbox/{message_id}/receipt", body, _JSON)
        receipt: JsonMapping = json.loads(answer.data)["receipt"]
        return receipt

    def _verified(self, receipt: JsonMapping) -> ReceiptOfDocument:
        """`signed` is a JWS over the canonical form of the rest."""
        token = str(receipt.get("signed", ""))
        said = {name: value for name, value in receipt.items() if name != "signed"}
        if self._signed_content(token) != canonical(said):
            raise SignatureWrong("receipt.changed", "the receipt was changed after it was signed", "send it again")
        return ReceiptOfDocument.of(receipt)

    def _signed_content(self, token: str) -> bytes:
        """With the keys that are known; if one is missing, the exchange may have a new one."""
        if self._given is not None:
            return self._given.verified(token)
        if self._asked is not None:
            try:
                return self._asked.verified(token)
            except SignatureWrong as wrong:
                if wrong.code != "key.unknown":
                    raise
        self._asked = PublicKeys.of(json.loads(self._calling.call("GET", "/.well-known/jwks.json").data))
        return self._asked.verified(token)
