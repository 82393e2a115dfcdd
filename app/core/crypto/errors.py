"""What the cryptographic helpers refuse. No message ever contains a key, a plain text or a token."""

from app.core.coded_error import CodedError


class CryptoError(CodedError):
    """A key is unusable, or data was not made by us for this purpose."""

    MESSAGES = {  # noqa: RUF012 - ClassVar in the base
        "bad_key_spec": "The key list is not of the form “name:base64,name:base64”: %(reason)s.",
        "unknown_key": "The data was encrypted under a key that is not in the key list (%(key_id)s).",
        "malformed": "The encrypted data is damaged.",
        "tampered": "The encrypted data was changed, or belongs to another row or column.",
        "bad_signature": "The signature is not ours.",
        "expired": "The signed data has expired.",
    }
