"""The names of WS-Security, and the algorithms that are strong enough. What is in no list here is refused."""

from collections.abc import Mapping
from types import MappingProxyType

import xmlsec

SOAP = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")
ADDRESSING = "http://www.w3.org/2005/08/addressing"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
_XENC11 = "http://www.w3.org/2009/xmlenc11#"
_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0"
X509_TOKEN = f"{_PROFILE}#X509v3"
SUBJECT_KEY = f"{_PROFILE}#X509SubjectKeyIdentifier"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
THUMBPRINT = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1"
ENCRYPTED_KEY = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#EncryptedKey"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_DSIG_MORE = "http://www.w3.org/2001/04/xmldsig-more#"

SIGNATURES = frozenset(f"{_DSIG_MORE}{name}" for name in ("rsa-sha256", "rsa-sha384", "rsa-sha512", "ecdsa-sha256")) | {
    f"{_DSIG_MORE}ecdsa-sha384"
}
DIGESTS = frozenset({f"{XENC}sha256", f"{XENC}sha512", f"{_DSIG_MORE}sha384"})
KEY_TRANSPORTS = frozenset({f"{XENC}rsa-oaep-mgf1p"})
TRIPLE_DES = f"{XENC}tripledes-cbc"
CONTENT: Mapping[str, tuple[object, object, int]] = MappingProxyType(
    {
        f"{_XENC11}aes128-gcm": (xmlsec.Transform.AES128_GCM, xmlsec.KeyData.AES, 128),
        f"{_XENC11}aes256-gcm": (xmlsec.Transform.AES256_GCM, xmlsec.KeyData.AES, 256),
        f"{XENC}aes128-cbc": (xmlsec.Transform.AES128, xmlsec.KeyData.AES, 128),
        f"{XENC}aes256-cbc": (xmlsec.Transform.AES256, xmlsec.KeyData.AES, 256),
        TRIPLE_DES: (xmlsec.Transform.DES3, xmlsec.KeyData.DES, 192),
    }
)
"""By their names: the transform, the kind of key and its bits. 3DES only where the operator allows it to an agency."""
