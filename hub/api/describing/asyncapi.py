"""The kinds of messages as an AsyncAPI document: what an agency can be sent, by whatever transport."""

from schemas.catalogue import Catalogue
from schemas.json import JsonObject
from schemas.kind import MessageKind

_ABOUT = (
    "An agency receives each kind in the format of its own system, by the transport of its endpoint, or fetches it "
    "from its mailbox. The payloads here are the standard ones, of the system hub_json; a protocol may withhold fields."
)


def asyncapi(catalogue: Catalogue, address: str) -> JsonObject:
    kinds = sorted(catalogue.kinds.values(), key=lambda kind: (kind.name, kind.version))
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Messages of the interagency exchange", "version": "1", "description": _ABOUT},
        "defaultContentType": "application/json",
        "channels": {
            name: {
                "address": None,
                "description": "By the transport of the recipient's endpoint.",
                "messages": {
                    f"v{kind.version}": {"$ref": f"#/components/messages/{_key(kind)}"}
                    for kind in kinds
                    if kind.name == name
                },
            }
            for name in catalogue.names()
        },
        "operations": {
            f"send_{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in catalogue.names()
        },
        "components": {"messages": {_key(kind): _message(kind, address) for kind in kinds}},
    }


def _key(kind: MessageKind) -> str:
    return f"{kind.name}_v{kind.version}"


def _message(kind: MessageKind, address: str) -> JsonObject:
    return {
        "name": kind.name,
        "title": kind.title,
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"{address}/schemas/{kind.name}/{kind.version}"},
        },
    }
