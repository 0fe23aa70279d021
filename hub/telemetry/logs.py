"""Structured logs on standard error, one JSON object a line. Personal data never reaches them: callers pass ids,
codes and counts, and exceptions are logged by their type and place alone, since their words may quote a value."""

import logging
import sys
import traceback

import structlog

Log = structlog.typing.FilteringBoundLogger


def configure_logs(process: str) -> Log:
    """Call once, at the start of a process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_without_words,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    log: Log = structlog.get_logger().bind(process=process)
    return log


class OneLine(logging.Formatter):
    """For what libraries say: one entry is one line, and nothing in it moves a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).encode("unicode_escape").decode("ascii")


def _exception_without_words(
    _: structlog.typing.WrappedLogger, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    error = event.pop("error", None)
    if isinstance(error, BaseException):
        event["error_type"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        event["error_at"] = [f"{frame.name}:{frame.lineno}" for frame in frames[-5:]]
    return event
