"""Batches out of a stream of ids. The batch of a step hangs on the seed and the step alone, so that a run resumes exactly."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor


class TokenStream:
    """Cuts a stream into windows and gives them in a new order each epoch, from a new first token."""

    def __init__(self, file: Path, window: int, device: torch.device, seed: int = 1) -> None:
        ids = np.fromfile(file, dtype='<u2')
        # One more than a window for its last target, and one window that the shift may take.
        self.windows = (len(ids) - 1) // window - 1
        if self.windows < 1:
            raise SystemExit(f'{file} has {len(ids)} tokens, too few for windows of {window}: use a larger corpus or a shorter context.')
        self.tokens = len(ids)
        self.window = window
        self._ids = torch.from_numpy(ids.astype(np.int32)).to(device)
        self._offsets = torch.arange(window + 1, device=device)
        self._seed = seed
        self._epoch: tuple[int, np.ndarray, int] | None = None

    def batch(self, step: int, count: int) -> tuple[Tensor, Tensor]:
        """Inputs and targets [count, window] of a step of `count` windows."""
        starts = [self._start(step * count + i) for i in range(count)]
        at = torch.tensor(starts, device=self._ids.device)[:, None] + self._offsets
        rows = self._ids[at].long()
        return rows[:, :-1], rows[:, 1:]

    def spread(self, most: int, count: int) -> list[tuple[Tensor, Tensor]]:
        """So many windows, spread over the stream, which stands by kind, in batches; always the same."""
        found = []
        most = min(most, self.windows)
        places = torch.arange(most, device=self._ids.device) * self.windows // most * self.window
        for starts in places.split(count):
            rows = self._ids[starts[:, None] + self._offsets].long()
            found.append((rows[:, :-1], rows[:, 1:]))
        return found

    def _start(self, index: int) -> int:
        epoch, within = divmod(index, self.windows)
        if self._epoch is None or self._epoch[0] != epoch:
            rng = np.random.default_rng([self._seed, epoch])
            self._epoch = (epoch, rng.permutation(self.windows), int(rng.integers(self.window)))
        _, order, shift = self._epoch
        return int(order[within]) * self.window + shift
