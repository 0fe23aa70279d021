"""`hub up`: start every process of the exchange, and stay up."""

import typer

from hub.cli.running.foreground import progress, stay, stop_signals
from hub.cli.speaking.connect import own_settings
from hub.cli.speaking.screen import err, out


def add_commands(cli: typer.Typer) -> None:
    cli.command()(up)


def up() -> None:
    """Start every process and stay up until Ctrl-C."""
    from hub.local.exchange import LocalExchange
    from hub.telemetry.logs import configure_logs

    settings = own_settings()
    with stop_signals() as stopped, err().status("starting") as status:
        exchange = LocalExchange(settings, configure_logs("up"), progress(status))
        exchange.start()
        try:
            status.stop()
            out().print(f"The exchange is up at {exchange.address}; state and logs lie in {exchange.state.path}.")
            # The last address in these lines is where the exchange listens: scripts read it from here.
            out().print("Its console is at /console there. `hub people add NAME` makes the first account.")
            out().print("Ctrl-C stops it.")
            stay(exchange, stopped)
        finally:
            status.update("stopping")
            exchange.stop()
