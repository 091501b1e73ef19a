"""Logs: one line an event, as text for people or as JSON for machines; no secret ever gets this far."""

import logging
import sys

import structlog

_CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}


def on_one_line(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Escape what would begin a line of its own, or steer a terminal: devices write some of this text."""
    event["event"] = str(event["event"]).translate(_CONTROL)
    return event


def configure_logs(form: str) -> None:
    """Send what the program logs to standard error; `form` is text or json."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[
            on_one_line,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("uvicorn", "uvicorn.error", "alembic", "picows", "chargedeck.chargers.ocpp.websocket"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
