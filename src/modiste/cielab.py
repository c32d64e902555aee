"""CIELAB: colours as the eye tells them apart."""

import numpy as np
import numpy.typing as npt


def lab(colours: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """CIELAB (D65) of sRGB values in 0 to 255, [..., 3] to [..., 3] (IEC 61966-2-1, CIE 15)."""
    srgb = np.asarray(colours, dtype=np.float64) / 255.0
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ to_xyz.T / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)
