"""How far a float32 dot product can be from the exact one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def scale(norms: NDArray[np.float64], longest: float) -> NDArray[np.float64]:
    """Return powers of two, shape (queries,), by which no query's score with a passage exceeds 1.

    norms: lengths of the queries. longest: the length of the longest passage. Powers of two round nothing.
    """
    most = np.minimum(1 / np.maximum(norms * longest, 1e-200), 1e37 / np.maximum(norms, 1e-200))
    power: NDArray[np.float64] = np.ldexp(1.0, np.frexp(most)[1] - 1)
    return power


def margin(dimension: int, longest: float) -> float:
    """Return the most by which a scaled float32 score can miss the exact one.

    A sum of n products in float32, in any order, with or without fused multiply-add, is off by at most
    g(n) * sum |q_i d_i|, where g(n) = n u / (1 - n u) and u = 2^-24 (Higham, Accuracy and Stability of
    Numerical Algorithms, 2002, section 3.1), and that sum is at most |q| |d| <= 1 (Cauchy-Schwarz). What
    underflows loses at most 2^-149 a product or, in a scaled q_i, that much times d_i. A thousandth on top
    pays for the float64 arithmetic around it. Raises ValueError where the bound says nothing.
    """
    rounding = (dimension + 2) * 2.0**-24
    if rounding >= 0.02:
        raise ValueError(f"{dimension} dimensions: float32 products say nothing")
    return 1.001 * (rounding / (1 - rounding) + dimension * 2.0**-149 * (1 + longest))


def rounded(values: NDArray[np.float64], towards: float) -> NDArray[np.float32]:
    """Return values as float32, none rounded away from `towards`: infinity or minus infinity."""
    with np.errstate(over="ignore"):
        return np.nextafter(values.astype(np.float32), np.float32(towards))
