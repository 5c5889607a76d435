"""The fence: whoever lost its claim to a run can say nothing more of it."""

from .work import Work

# Another attempt may be under way, or the run may have ended: both change what is compared here.
FENCE = "id = :run and state = 'running' and attempt = :attempt"


def holds(work: Work, run: str, attempt: int) -> bool:
    """Whether this attempt is the one that counts."""
    fenced = {"run": run, "attempt": attempt}
    return work.named(f"select 1 from runs where {FENCE}", fenced).fetchone() is not None
