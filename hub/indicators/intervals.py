"""How sure a share of few can be. Pure."""

from math import sqrt

FEW = 100
"""With fewer than so many an interval is shown."""
_Z = 1.959963984540054
"""95% of a normal distribution lie within so many standard deviations."""


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95% confidence interval of a share: E. B. Wilson, Journal of the American Statistical Association 22, 1927.
    `denominator` is at least 1."""
    share, z2 = numerator / denominator, _Z * _Z
    centre = (share + z2 / (2 * denominator)) / (1 + z2 / denominator)
    half = _Z / (1 + z2 / denominator) * sqrt(share * (1 - share) / denominator + z2 / (4 * denominator**2))
    return max(0.0, centre - half), min(1.0, centre + half)
