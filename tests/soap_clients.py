"""SOAP callers as others wrote them: zeep signs and verifies, python-xmlsec encrypts and decrypts."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import xmlsec
import zeep
from cryptography import x509
from lxml import etree
from zeep import ns
from zeep.wsse.signature import BinarySignature, verify_envelope
from zeep.wsse.utils import get_security_header

from tests.certificates import Held
from tests.served import Api

XENC = "http://www.w3.org/2001/04/xmlenc#"
DS = "http://www.w3.org/2000/09/xmldsig#"
STRONG = {"signature_method": xmlsec.Transform.RSA_SHA256, "digest_method": xmlsec.Transform.SHA256}
KEYS = {
    xmlsec.Transform.AES256_GCM: (xmlsec.KeyData.AES, 256),
    xmlsec.Transform.AES128: (xmlsec.KeyData.AES, 128),
    xmlsec.Transform.DES3: (xmlsec.KeyData.DES, 192),
}


class TimeStamp:
    """What zeep leaves to its users: a time stamp in the Security header."""

    def __init__(self, at: datetime, lives: timedelta = timedelta(minutes=5)) -> None:
        self._times = {"Created": at, "Expires": at + lives}

    def apply(self, envelope: Any, headers: Any) -> Any:
        stamp = etree.SubElement(get_security_header(envelope), etree.QName(ns.WSU, "Timestamp"))
        for name, moment in self._times.items():
            etree.SubElement(stamp, etree.QName(ns.WSU, name)).text = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return envelope, headers

    def verify(self, envelope: Any) -> Any:
        return envelope


class Signing:
    """zeep's signature of the request; and its verification of the answer, by the certificate of the exchange."""

    def __init__(self, kind: type, folder: Path, **algorithms: Any) -> None:
        self._own = kind(str(folder / "key.pem"), str(folder / "cert.pem"), None, **(algorithms or STRONG))
        self._exchange = str(folder / "exchange.pem")
        self.verified = 0

    def apply(self, envelope: Any, headers: Any) -> Any:
        return self._own.apply(envelope, headers)

    def verify(self, envelope: Any) -> Any:
        if envelope.find(f".//{{{DS}}}Signature") is not None:
            verify_envelope(envelope, self._exchange)
            self.verified += 1
        return envelope


class Encrypting:
    """The content of the body, for the exchange; and the answer's content, by the caller's own key."""

    def __init__(self, folder: Path, algorithm: Any, transport: Any = xmlsec.Transform.RSA_OAEP) -> None:
        self._folder, self._algorithm, self._transport = folder, algorithm, transport
        self.decrypted: list[str] = []

    def apply(self, envelope: Any, headers: Any) -> Any:
        soap = etree.QName(envelope).namespace
        body = envelope.find(f"{{{soap}}}Body")
        manager = xmlsec.KeysManager()
        manager.add_key(xmlsec.Key.from_file(str(self._folder / "exchange.pem"), xmlsec.KeyFormat.CERT_PEM))
        template, around = xmlsec.template, etree.Element("around")
        data = template.encrypted_data_create(around, self._algorithm, type=xmlsec.EncryptionType.CONTENT, ns="xenc")
        template.encrypted_data_ensure_cipher_value(data)
        key = template.add_encrypted_key(template.encrypted_data_ensure_key_info(data, ns="ds"), self._transport)
        template.encrypted_data_ensure_cipher_value(key)
        context = xmlsec.EncryptionContext(manager)
        kind, bits = KEYS[self._algorithm]
        context.key = xmlsec.Key.generate(kind, bits, xmlsec.KeyDataType.SESSION)
        made = context.encrypt_binary(data, b"".join(etree.tostring(child) for child in body))
        encrypted = etree.fromstring(etree.tostring(made))
        body[:] = [encrypted]
        encrypted.set("Id", f"data-{uuid4()}")
        key = encrypted.find(f"{{{DS}}}KeyInfo/{{{XENC}}}EncryptedKey")
        listed = etree.SubElement(key, etree.QName(XENC, "ReferenceList"))
        etree.SubElement(listed, etree.QName(XENC, "DataReference")).set("URI", f"#{encrypted.get('Id')}")
        encrypted.remove(encrypted.find(f"{{{DS}}}KeyInfo"))
        get_security_header(envelope).insert(0, key)  # as most systems write it
        return envelope, headers

    def verify(self, envelope: Any) -> Any:
        data = envelope.find(f".//{{{XENC}}}EncryptedData")
        if data is None:
            return envelope  # a fault for a caller whom the exchange does not know
        self.decrypted.append(data.find(f"{{{XENC}}}EncryptionMethod").get("Algorithm"))
        manager = xmlsec.KeysManager()
        manager.add_key(xmlsec.Key.from_file(str(self._folder / "key.pem"), xmlsec.KeyFormat.PEM))
        key = etree.fromstring(etree.tostring(envelope.find(f".//{{{XENC}}}EncryptedKey"), with_tail=False))
        context = xmlsec.EncryptionContext()
        session = xmlsec.EncryptionContext(manager).decrypt(key)
        context.key = xmlsec.Key.from_binary_data(KEYS[self._algorithm][0], session)
        alone = etree.fromstring(etree.tostring(data, with_tail=False))
        alone.remove(alone.find(f"{{{DS}}}KeyInfo"))
        alone.attrib.pop("Type")
        held = data.getparent()
        clear = etree.fromstring(b"<around>" + context.decrypt(alone) + b"</around>")
        held.text, held[:] = clear.text, list(clear)
        return envelope


def keys_in(folder: Path, held: Held, api: Api) -> None:
    """The caller's own key and certificate, and the certificate of the exchange, as files for the client."""
    (folder / "key.pem").write_bytes(held.key_pem)
    (folder / "cert.pem").write_bytes(held.pem)
    own = api.bench.hub.signed_calls.own().certificate
    (folder / "exchange.pem").write_bytes(own)
    assert x509.load_pem_x509_certificate(own)


class InTurn:
    """Plugins, each in its turn; an answer goes through them the other way round."""

    def __init__(self, *plugins: Any) -> None:
        self._plugins = plugins

    def apply(self, envelope: Any, headers: Any) -> Any:
        for plugin in self._plugins:
            envelope, headers = plugin.apply(envelope, headers)
        return envelope, headers

    def verify(self, envelope: Any) -> Any:
        for plugin in reversed(self._plugins):
            envelope = plugin.verify(envelope)
        return envelope


def libra_client(api: Api, *plugins: Any, port: str = "Soap12") -> zeep.Client:
    return zeep.Client(f"{api.url}/interfaces/libra?wsdl", wsse=InTurn(*plugins), port_name=port)


def secured_request(api: Api, folder: Path, lists: bytes, *plugins: Any) -> etree._Element:
    """The envelope that zeep would send, signed unless other plugins are given."""
    client = libra_client(api, *(plugins or (TimeStamp(api.bench.clock.now()), Signing(BinarySignature, folder))))
    built: etree._Element = client.create_message(
        client.service, "ExternalDocumentRequest", documents=documents_of(lists)
    )
    return built


def documents_of(lists: bytes) -> Any:
    """The documents of an envelope, as zeep takes them."""
    [documents] = etree.fromstring(lists).iter("documents")
    return {"_value_1": list(documents)}
