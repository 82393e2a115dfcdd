"""The signatures of WeChat Pay's API v3, with the files that WeChat Pay gives to a merchant.

Source: pay.weixin.qq.com, “签名生成”, “签名验证”, “证书和回调报文解密”.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from app.core.clock import now

SCHEME = "WECHATPAY2-SHA256-RSA2048"
WINDOW = 300  # seconds that what WeChat signed is good for, before and after


class KeysUnusable(Exception):
    """The directory of keys lacks one, or holds something else; the message is for logs."""


@dataclass(frozen=True, slots=True)
class MerchantKeys:
    """The merchant's own key with its certificate's serial, WeChat's public key with its id, and the key that both have."""

    own: RSAPrivateKey = field(repr=False)
    serial: str
    wechats: RSAPublicKey
    wechats_id: str
    shared: bytes = field(repr=False)


def read_keys(folder: Path) -> MerchantKeys:
    """The keys in a directory (`.env.example` says which files). Raises `KeysUnusable`."""
    try:
        own = load_pem_private_key((folder / "apiclient_key.pem").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((folder / "apiclient_cert.pem").read_bytes())
        wechats = load_pem_public_key((folder / "pub_key.pem").read_bytes())
        wechats_id = (folder / "pub_key_id.txt").read_text().strip()
        shared = (folder / "apiv3_key.txt").read_text().strip().encode()
    except (OSError, ValueError) as fault:
        raise KeysUnusable(f"{type(fault).__name__} in {folder}") from None
    if not isinstance(own, RSAPrivateKey) or not isinstance(wechats, RSAPublicKey) or len(shared) != 32:
        raise KeysUnusable(f"a key of another kind in {folder}")
    return MerchantKeys(own, f"{certificate.serial_number:X}", wechats, wechats_id, shared)


def authorization(keys: MerchantKeys, merchant: str, method: str, target: str, body: bytes) -> str:
    """The header by which WeChat knows that the merchant asks this; `target` is the path with its query."""
    stamp, nonce = str(int(now().timestamp())), secrets.token_hex(16)
    text = f"{method}\n{target}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
    signature = base64.b64encode(keys.own.sign(text, PKCS1v15(), hashes.SHA256())).decode()
    parts = {
        "mchid": merchant,
        "nonce_str": nonce,
        "signature": signature,
        "timestamp": stamp,
        "serial_no": keys.serial,
    }
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in parts.items())


def is_from_wechat(keys: MerchantKeys, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether WeChat said this, within the last minutes."""
    stamp, nonce = headers.get("Wechatpay-Timestamp", ""), headers.get("Wechatpay-Nonce", "")
    if headers.get("Wechatpay-Serial") != keys.wechats_id or not (
        stamp.isascii() and stamp.isdecimal() and len(stamp) < 12
    ):
        return False
    if abs(now().timestamp() - int(stamp)) > WINDOW:
        return False
    try:
        signature = base64.b64decode(headers.get("Wechatpay-Signature", ""), validate=True)
        text = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        keys.wechats.verify(signature, text, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def opened(keys: MerchantKeys, resource: Mapping[str, Any]) -> dict[str, Any]:
    """What a notice tells. Raises `ValueError` for what was not sealed for this merchant."""
    try:
        plain = AESGCM(keys.shared).decrypt(
            str(resource["nonce"]).encode(),
            base64.b64decode(resource["ciphertext"]),
            str(resource["associated_data"]).encode(),
        )
        told = orjson.loads(plain)
    except (KeyError, TypeError, binascii.Error, InvalidTag, orjson.JSONDecodeError):
        raise ValueError("not sealed for this merchant") from None
    if not isinstance(told, dict):
        raise ValueError("not an object")  # noqa: TRY004 - as the docstring says
    return told
