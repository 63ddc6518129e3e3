"""How fast to learn at each moment of a run whose end is a time, not a step."""

WARM_UP_STEPS = 100
LEAST = 0.02


def learning_scale(step: int, done: float, decay: float) -> float:
    """
    What the learning rates are multiplied with: up in the first steps, level, and down to nearly nothing at the end.

    done: share of the run's time that has passed, 0 to 1
    decay: share of the run that the way down takes
    """
    return min(1.0, (step + 1) / WARM_UP_STEPS, max(LEAST, (1 - done) / decay))


def momentum_at(step: int) -> float:
    """Muon's momentum, which begins lower (Jordan et al. 2024)."""
    return 0.85 + 0.10 * min(1.0, step / 300)
