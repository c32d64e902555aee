"""Large blocks of memory are kept between steps instead of given back."""

import ctypes
import sys

M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
LARGEST = 2**31 - 1


def keep_large_blocks() -> bool:
    """Tells glibc's malloc to keep freed blocks of any size; True where it agreed.

    By default each large tensor is mapped from and returned to the system, and its pages are faulted in
    anew: half of a generator's forward time on a CPU. Elsewhere than on glibc nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(
        mallopt(which, LARGEST) for which in (M_MMAP_THRESHOLD, M_TRIM_THRESHOLD)
    )
