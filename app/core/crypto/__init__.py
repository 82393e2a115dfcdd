"""Secrets at rest and in transit: field encryption, blind indexes, signed payloads. Keys live outside the database."""

from .blind_index import BlindIndex
from .blobs import BlobCipher
from .errors import CryptoError
from .fields import FieldCipher, Plain, Sealed
from .keys import KeyRing, derive_key
from .signing import Signer

__all__ = [
    "BlindIndex",
    "BlobCipher",
    "CryptoError",
    "FieldCipher",
    "KeyRing",
    "Plain",
    "Sealed",
    "Signer",
    "derive_key",
]
