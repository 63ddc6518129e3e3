"""Finds texts that are nearly those seen before: MinHash over runs of words (Broder 1997; Lee et al. 2022 for corpora)."""

import re
import zlib

import numpy as np

RUN = 5
# 16 bands of 8 rows: what is alike to 0.8 meets in some band with a probability of 0.95, what is to 0.5 with 0.06.
BANDS, ROWS = 16, 8
ALIKE = 0.8

_random = np.random.default_rng(20_260_501)
_FACTORS = _random.integers(1, 1 << 63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
_TERMS = _random.integers(0, 1 << 63, BANDS * ROWS, dtype=np.uint64)
_WORDS = re.compile(r'\w+|[^\w\s]')


def signature(text: str) -> np.ndarray | None:
    """[BANDS * ROWS] smallest hashes of the runs of words; None for a text without one."""
    words = np.array([zlib.crc32(word.encode()) for word in _WORDS.findall(text)], dtype=np.uint64)
    if len(words) < RUN:
        return None
    runs = np.zeros(len(words) - RUN + 1, dtype=np.uint64)
    for i in range(RUN):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + words[i : len(words) - RUN + 1 + i]
    runs = np.unique(runs)
    smallest = np.full(BANDS * ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    # In parts: a long text has a hundred thousand runs.
    for part in np.array_split(runs, max(1, len(runs) // 4096)):
        hashes = (part[:, None] * _FACTORS + _TERMS) >> np.uint64(32)
        smallest = np.minimum(smallest, hashes.min(axis=0))
    return smallest


class NearDuplicates:
    """Remembers the texts that it has seen."""

    def __init__(self) -> None:
        self._seen: list[np.ndarray] = []
        self._bands: list[dict[bytes, list[int]]] = [{} for _ in range(BANDS)]

    def is_new(self, text: str) -> bool:
        """False when the text is alike to one that was new before; else it is remembered."""
        signed = signature(text)
        if signed is None:
            return True
        keys = [signed[band * ROWS : (band + 1) * ROWS].tobytes() for band in range(BANDS)]
        candidates = {index for band, key in enumerate(keys) for index in self._bands[band].get(key, ())}
        if any(np.mean(self._seen[index] == signed) >= ALIKE for index in candidates):
            return False
        for band, key in enumerate(keys):
            self._bands[band].setdefault(key, []).append(len(self._seen))
        self._seen.append(signed.astype(np.uint32))
        return True
