"""How far a long piece of work is: its step in words, its share of the whole, and a way to stop.

Whoever is told may raise: the work ends there, and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the share that is done (0-1); may raise to cancel."""


def silent(step: str, share: float) -> None:
    """Report to nobody."""


def part(progress: Progress, begin: float, end: float, words: str = "{step}") -> Progress:
    """Return the progress of a part, told as what it is of the whole.

    Parameters
    ----------
    progress
        Who is told.
    begin, end
        Shares of the whole (0-1) at which the part begins and ends.
    words
        Names the part; ``{step}`` is its own step.

    Examples
    --------
    >>> tell = part(lambda step, share: print(f"{share:.0%} {step}"), 0.5, 1.0, "a.csv: {step}")
    >>> tell("joining", 0.5)
    75% a.csv: joining
    """

    def tell(step: str, share: float) -> None:
        # Not str.format: the name of a file may have braces.
        progress(words.replace("{step}", step), begin + (end - begin) * share)

    return tell
