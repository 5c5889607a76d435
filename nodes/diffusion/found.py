"""A model on disk, as far as its configs and headers tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import LatentSpace, Weights

from .family import Config, Family
from .space import AUTOENCODERS, space_of
from .widths import widths_of


@dataclass(frozen=True)
class Found:
    """A model on disk: where, of which family, its parts by config, and what it predicts.

    `configs` has an entry for each part that is there, and `scheduler`. A folder's parts lie in
    subfolders of their names, the only part of a folder in the folder itself (`bare`), and parts
    that were brought together wherever `places` says.
    """

    path: Path
    family: Family
    configs: dict[str, Config]
    prediction: str
    own: dict[str, Any]
    bare: bool = False
    places: dict[str, Path] = field(default_factory=dict)

    def place(self, part: str) -> Path:
        """The file or the folder in which the weights of a part are."""
        whole = self.path.is_file() or self.bare
        return self.places.get(part, self.path if whole else self.path / part)

    def kind(self, part: str) -> str:
        """The class of a part's module: its family's, but autoencoders say theirs."""
        said = self.configs[part].get("_class_name")
        others = part == self.family.autoencoder and said in AUTOENCODERS
        return str(said) if others else self.family.classes[part]

    @property
    def model(self) -> ModelFacts | None:
        """The denoiser's facts: sizes from the configs; defaults from the folder, or those of its
        kind in the family, or the family's.
        """
        if self.family.denoiser not in self.configs:
            return None
        facts = self.family.facts(self.configs)
        usual = vars(self.family.defaults(self.prediction))
        kinds = {name: getattr(facts, name) for name in usual if getattr(facts, name) is not None}
        chosen = {name: self.own.get(name, value) for name, value in (usual | kinds).items()}
        sizes = {name: self.own[name] for name in ("width", "height") if name in self.own}
        widths = widths_of(self.configs[self.family.denoiser])
        weights = self._weights(self.family.denoiser)
        return replace(facts, widths=widths, weights=weights, **chosen, **sizes)

    @property
    def text(self) -> TextFacts | None:
        """The facts of the text encoders, if all of them are there."""
        needed = [part for part in self.family.text_parts if part not in self.family.optional]
        whole = all(part in self.configs for part in needed)
        if not whole:
            return None
        clips = {p: self.configs[p] for p in self.family.clips if p in self.configs}
        layers = [config.get("num_hidden_layers", 12) for config in clips.values()]
        return replace(
            self.family.reads(self.configs),
            clip=tuple((part, config["hidden_size"]) for part, config in clips.items()),
            layers=min(layers) - 1 - self.family.layer if layers else None,
            weights=self._weights(self.family.text_parts[0]),
        )

    def _weights(self, part: str) -> Weights:
        """Where a part lies: a handle that has no digest yet."""
        files = tuple(map(str, self.places.values()))
        return Weights(str(self.path), part, self.family.name, "", self.prediction, files=files)

    @property
    def space(self) -> LatentSpace | None:
        """The autoencoder's latent space; that of pixels where the family works on them."""
        if self.family.autoencoder is None:
            return self.family.space(self.configs)
        config = self.configs.get(self.family.autoencoder)
        return space_of(config) if config else None
