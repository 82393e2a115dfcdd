"""The signatures of WeChat Pay's API v3: the merchant's under what it asks, WeChat's under what it answers and tells.

Source: pay.weixin.qq.com, “签名生成”, “签名验证”, “证书和回调报文解密”.
"""

import base64
import binascii
import json
import re
import secrets
import time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .keys import Keys

SCHEME = "WECHATPAY2-SHA256-RSA2048"
WINDOW = 300  # seconds
_PART = re.compile(r'(\w+)="([^"]*)"')


def is_signed(keys: Keys, merchant: str, header: str, method: str, target: str, body: bytes) -> bool:
    """Whether the merchant asks this, within the last minutes; `target` is the path with its query."""
    scheme, _space, rest = header.partition(" ")
    parts = dict(_PART.findall(rest))
    stamp = parts.get("timestamp", "")
    if scheme != SCHEME or parts.get("mchid") != merchant or parts.get("serial_no") != keys.merchant_serial:
        return False
    if not stamp.isdecimal() or abs(time.time() - int(stamp)) > WINDOW:
        return False
    text = f"{method}\n{target}\n{stamp}\n{parts.get('nonce_str', '')}\n".encode() + body + b"\n"
    try:
        keys.merchant.verify(base64.b64decode(parts.get("signature", "")), text, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def signed_headers(keys: Keys, body: bytes, *, at: int | None = None) -> dict[str, str]:
    """The headers by which a merchant knows that WeChat says this."""
    stamp, nonce = str(at or int(time.time())), secrets.token_hex(16)
    text = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": keys.own_id,
        "Wechatpay-Signature": base64.b64encode(keys.own.sign(text, PKCS1v15(), hashes.SHA256())).decode(),
    }


def sealed(keys: Keys, told: dict[str, Any]) -> dict[str, str]:
    """The `resource` of a notice: what is told, for the merchant's eyes alone."""
    nonce, about = secrets.token_hex(6), "coupon"
    plain = json.dumps(told, ensure_ascii=False).encode()
    cipher = AESGCM(keys.shared).encrypt(nonce.encode(), plain, about.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM", "original_type": "coupon", "associated_data": about, "nonce": nonce,
        "ciphertext": base64.b64encode(cipher).decode(),
    }  # fmt: skip
