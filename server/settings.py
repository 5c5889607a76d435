"""What a server is started with."""

from dataclasses import dataclass, field
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """How this server is to run. Folders are absolute; times are in seconds, sizes in bytes.

    `port` None is 8420 or the next that is free. `devices` empty is every GPU, else the CPU.
    `editor` is the built one, where there is one.
    """

    data: Path
    listen: str = "127.0.0.1"
    port: int | None = None
    models: tuple[Path, ...] = ()
    packs: tuple[Path, ...] = ()
    no_packs: bool = False
    devices: tuple[str, ...] = ()
    auth: bool = True
    allowed_hosts: tuple[str, ...] = field(default_factory=tuple[str, ...])
    heartbeat_limit: float = 30.0  # without a sign of life from a worker
    node_limit: float = 1800.0  # without progress of a run
    grace: float = 5.0  # to end by itself once asked to
    worker_memory: int | None = None  # a worker on the CPU may hold; None is 95 % of what there is
    weights: int | None = None  # that a worker may hold; None is 60 % of its device's memory
    upload_limit: int = 256 * 2**20
    floor_bytes: int = 2 * 2**30  # of free disk; below it nothing is accepted
    editor: Path = TREE / "web" / "dist"
    examples: Path = TREE / "workflows"

    @property
    def outputs(self) -> Path:
        return self.data / "outputs"

    @property
    def scratch(self) -> Path:
        """What is being written and has no name yet."""
        return self.data / "tmp"

    @property
    def cache(self) -> Path:
        """What can be worked out again."""
        return self.data / "cache"

    @property
    def database(self) -> Path:
        return self.data / "latentwire.sqlite"
