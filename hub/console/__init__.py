"""The console: pages for the hub's own people, made on the server. They work without a script."""

from hub.console.mounting import add_console as add_console
