"""Codes that change every 30 seconds (TOTP, RFC 6238). Pure.

A code is accepted once, with one step of 30 seconds before and after.
"""

import hmac

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS, DIGITS = 30, 6
_STEPS_AROUND = (0, -1, 1)


def codes_of(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - what the devices of people compute


def accepted_step(secret: bytes, code: str, seconds: int, last_step: int | None) -> int | None:
    """The step of this code. None if it is not right at this time, or if it or a later one was used before."""
    given = "".join(code.split())
    if len(given) != DIGITS or not (given.isascii() and given.isdigit()):
        return None
    codes = codes_of(secret)
    for around in _STEPS_AROUND:
        step = seconds // STEP_SECONDS + around
        right = hmac.compare_digest(codes.generate(step * STEP_SECONDS), given.encode())
        if right and (last_step is None or step > last_step):
            return step
    return None
