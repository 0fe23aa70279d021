"""The parts of the exchange, room by room. A command uses few of them, and loads no others."""
