"""The session of a person in the console: the token of a session in a cookie, and a token in each form.

The form token is derived from the cookie, so another site can neither read nor guess it.
"""

import hashlib
import hmac
import secrets

from fastapi import Request, Response

SESSION_COOKIE = "__Host-session"
_BEGUN_COOKIE = "__Host-elsewhere"
_BEFORE_COOKIE = "__Host-before"
"""Before somebody has signed in, the form token is derived from this one."""


def session_token(request: Request) -> str | None:
    return request.cookies.get(SESSION_COOKIE)


def before_token(request: Request) -> str:
    return request.cookies.get(_BEFORE_COOKIE) or secrets.token_urlsafe(32)


def form_token(secret: str) -> str:
    return hashlib.sha256(f"form of the console|{secret}".encode()).hexdigest()


def is_form_token(given: str, secret: str | None) -> bool:
    return secret is not None and hmac.compare_digest(given.encode(), form_token(secret).encode())


def given_before(request: Request) -> str | None:
    return request.cookies.get(_BEFORE_COOKIE)


def keep_before(response: Response, secret: str) -> None:
    _keep(response, _BEFORE_COOKIE, secret)


def keep_session(response: Response, token: str) -> None:
    """The token is a new one at each sign-in, so nobody can choose it for somebody else."""
    _keep(response, SESSION_COOKIE, token)
    _remove(response, _BEFORE_COOKIE)


def keep_begun(response: Response, begun: str) -> None:
    """What this browser began at the provider of its organisation, for ten minutes."""
    response.set_cookie(_BEGUN_COOKIE, begun, max_age=600, path="/", secure=True, httponly=True, samesite="lax")


def begun_elsewhere(request: Request) -> str | None:
    return request.cookies.get(_BEGUN_COOKIE)


def forget_begun(response: Response) -> None:
    _remove(response, _BEGUN_COOKIE)


def end_session(response: Response) -> None:
    _remove(response, SESSION_COOKIE)


def _keep(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="lax")


def _remove(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
