"""Secrets from the terminal or from a pipe, never from an argument that others can see."""

import sys

import typer

from chargedeck.domain.problems import ChargeDeckError


class NoSecretError(ChargeDeckError):
    """Nobody typed or piped a secret."""

    code = "no_secret"

    def __str__(self) -> str:
        return "No password was given; type it at the prompt or pipe it in as one line"


def password() -> str:
    """A new password: typed twice at a terminal, or the first line of what is piped in."""
    return _secret(twice=True)


def known_password() -> str:
    """A password that there is already: typed once, or the first line of what is piped in."""
    return _secret(twice=False)


def _secret(*, twice: bool) -> str:
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=twice, err=True)
        return typed
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise NoSecretError
    return line
