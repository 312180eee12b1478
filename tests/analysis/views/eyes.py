"""Colours as five kinds of eyes see them, and how far apart two colours look.

Knows the models that a palette is tested with: how eyes without one kind of cone see (Viénot,
Brettel and Mollon 1999; for tritan eyes Brettel, Viénot and Mollon 1997, both half-planes), grey
print, and the difference of two colours after CIEDE2000 (Sharma, Wu and Dalal 2005).
"""

from __future__ import annotations

import numpy as np

EYES = ("normal", "deutan", "protan", "tritan", "grey")

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])
# Linear RGB of a dichromat from linear RGB; rows add up to one: greys stay as they are.
_PROTAN = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
_DEUTAN = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])
_TRITAN = (
    np.array([[1.01277, 0.13548, -0.14826], [-0.01243, 0.86812, 0.14431],
              [0.07589, 0.80500, 0.11911]]),
    np.array([[0.93678, 0.18979, -0.12657], [0.06154, 0.81526, 0.12320],
              [-0.37562, 1.12767, 0.24796]]),
)  # fmt: skip
_TRITAN_SIDE = np.array([0.03901, -0.02788, -0.01113])


def seen(colour: str, eyes: str) -> np.ndarray:
    """Return a hexadecimal colour as CIE Lab (D65), seen by one of :data:`EYES`."""
    linear = _linear(colour)
    if eyes == "protan":
        linear = _PROTAN @ linear
    elif eyes == "deutan":
        linear = _DEUTAN @ linear
    elif eyes == "tritan":
        linear = _TRITAN[0 if linear @ _TRITAN_SIDE >= 0 else 1] @ linear
    elif eyes == "grey":
        linear = np.repeat(_TO_XYZ[1] @ linear, 3)
    return _lab(np.clip(linear, 0, 1))


def _linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    parts = (_TO_XYZ @ linear) / _WHITE
    x, y, z = np.where(parts > (6 / 29) ** 3, np.cbrt(parts), parts * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the CIEDE2000 difference of two colours in CIE Lab."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    grey = (1 - np.sqrt(mean**7 / (mean**7 + 25.0**7))) / 2
    a1, a2 = (1 + grey) * a1, (1 + grey) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn, h_mean = 0.0, h1 + h2
    if c1 * c2:
        turn = (h2 - h1 + 180) % 360 - 180
        h_mean = (h1 + h2) / 2 + (180 if abs(h1 - h2) > 180 else 0)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    weight = (
        1
        - 0.17 * _cos(h_mean - 30)
        + 0.24 * _cos(2 * h_mean)
        + 0.32 * _cos(3 * h_mean + 6)
        - 0.20 * _cos(4 * h_mean - 63)
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * weight
    twist = np.sin(np.radians(60 * np.exp(-(((h_mean % 360 - 275) / 25) ** 2))))
    rotation = -2 * np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7)) * twist
    light, chroma, tint = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    return float(np.sqrt(light**2 + chroma**2 + tint**2 + rotation * chroma * tint))


def _cos(degrees: float) -> float:
    return float(np.cos(np.radians(degrees)))
