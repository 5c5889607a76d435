"""The language: wire types, widgets, nodes, workflows, runs. No torch, and no server.

A node's file needs no more than this: `from nodes.core import node, Slider, Image`.
"""

from .context import Asset as Asset
from .context import Context as Context
from .events import Progress as Progress
from .facts import ConditioningFacts as ConditioningFacts
from .facts import GuiderFacts as GuiderFacts
from .facts import ImageFacts as ImageFacts
from .facts import LatentFacts as LatentFacts
from .facts import MaskFacts as MaskFacts
from .facts import ModelFacts as ModelFacts
from .facts import NoiseFacts as NoiseFacts
from .facts import SigmasFacts as SigmasFacts
from .facts import StateFacts as StateFacts
from .facts import TextFacts as TextFacts
from .facts import VaeFacts as VaeFacts
from .node import AUTO as AUTO
from .node import Auto as Auto
from .node import Lazy as Lazy
from .node import Steps as Steps
from .node import node as node
from .problem import Fix as Fix
from .problem import Problem as Problem
from .types import Conditioning as Conditioning
from .types import Guider as Guider
from .types import Image as Image
from .types import Latent as Latent
from .types import LatentMask as LatentMask
from .types import LatentSpace as LatentSpace
from .types import Mask as Mask
from .types import Model as Model
from .types import Noise as Noise
from .types import SamplerState as SamplerState
from .types import Sigmas as Sigmas
from .types import TextEncoder as TextEncoder
from .types import Vae as Vae
from .types import Weights as Weights
from .widgets import Choice as Choice
from .widgets import Color as Color
from .widgets import Curve as Curve
from .widgets import File as File
from .widgets import Number as Number
from .widgets import Prompt as Prompt
from .widgets import Seed as Seed
from .widgets import Size as Size
from .widgets import Slider as Slider
from .widgets import Toggle as Toggle
