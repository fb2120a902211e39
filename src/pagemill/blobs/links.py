"""Signed links: who holds one may do one thing with one blob until it expires, without a key of their own.

The signature is HMAC-SHA256 over method, expiry and key, in URL-safe Base64 without padding.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode


def signature(secret: bytes, method: str, key: str, expires_at: int) -> str:
    """The 43 characters that allow `method` on `key` until `expires_at` (epoch seconds)."""
    message = f"{method.upper()}\n{expires_at}\n{key}".encode()
    return urlsafe_b64encode(hmac.digest(secret, message, hashlib.sha256)).rstrip(b"=").decode()


def allows(secret: bytes, method: str, key: str, expires_at: int, given: str, now: float) -> bool:
    """Whether `given` is the signature of just this, and the link has not expired at `now`. Takes the same time for all."""
    genuine = hmac.compare_digest(signature(secret, method, key, expires_at).encode(), given.encode())
    return genuine and now < expires_at
