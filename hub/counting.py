"""Numbers of things in words. Pure."""


def counted(count: int, thing: str) -> str:
    """`1 item`, `2,000 deliveries`."""
    if count == 1:
        return f"1 {thing}"
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{count:,} {many}"
