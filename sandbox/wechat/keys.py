"""The keys of a merchant, in the files that WeChat Pay hands out, and WeChat's own; made at the first start."""

import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.x509.oid import NameOID

WECHATS_OWN = "wechat_key.pem"
"""WeChat's private key: no merchant has it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What WeChat knows: the merchant's public key by its certificate's serial, its own key by its id, and the key they share."""

    merchant: RSAPublicKey
    merchant_serial: str
    own: RSAPrivateKey
    own_id: str
    shared: bytes


def ensure_keys(folder: Path, merchant: str) -> Keys:
    """The keys in a folder, made when there are none; the first of two processes wins."""
    if not (folder / WECHATS_OWN).exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".keys-"))
        _make(draft, merchant)
        try:
            draft.rename(folder)
        except OSError:  # another process was first
            for file in draft.iterdir():
                file.unlink()
            draft.rmdir()
    return _read(folder)


def _make(folder: Path, merchant: str) -> None:
    merchants, own = (generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    files = {
        "apiclient_key.pem": _private(merchants),
        "apiclient_cert.pem": _certificate(merchants, merchant),
        "pub_key.pem": own.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        "pub_key_id.txt": f"PUB_KEY_ID_{secrets.randbelow(10**25):025d}\n".encode(),
        "apiv3_key.txt": f"{secrets.token_hex(16)}\n".encode(),
        WECHATS_OWN: _private(own),
    }
    for name, content in files.items():
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(content)


def _private(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate(key: RSAPrivateKey, merchant: str) -> bytes:
    name, today = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, merchant)]), datetime.now(UTC)
    made = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=x509.random_serial_number(),
        not_valid_before=today - timedelta(days=1), not_valid_after=today + timedelta(days=1825),
    )  # fmt: skip
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _read(folder: Path) -> Keys:
    certificate = x509.load_pem_x509_certificate((folder / "apiclient_cert.pem").read_bytes())
    own = serialization.load_pem_private_key((folder / WECHATS_OWN).read_bytes(), None)
    merchant = certificate.public_key()
    if not isinstance(merchant, RSAPublicKey) or not isinstance(own, RSAPrivateKey):
        raise TypeError("the sandbox's keys are RSA keys")
    return Keys(
        merchant=merchant,
        merchant_serial=f"{certificate.serial_number:X}",
        own=own,
        own_id=(folder / "pub_key_id.txt").read_text().strip(),
        shared=(folder / "apiv3_key.txt").read_text().strip().encode(),
    )
