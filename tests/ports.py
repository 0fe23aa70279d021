"""A port that is ours from when its number is told until something listens there, and while that is away."""

import socket


def held() -> socket.socket:
    """Bound, and not listening: who is given just any port is not given this one, and who asks for it by its number, as
    servers do, gets it. A number that was only looked up may be somebody else's by then."""
    port = socket.socket()
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port.bind(("127.0.0.1", 0))
    return port


def number(port: socket.socket) -> int:
    bound: int = port.getsockname()[1]
    return bound
