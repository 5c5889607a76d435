"""One function for each sampler, grouped by how they work; `SAMPLERS` has them all by name."""

from nodes.diffusion.sampler import SAMPLERS as SAMPLERS

from . import ancestral as ancestral
from . import cfg_pp as cfg_pp
from . import er_sde as er_sde
from . import euler as euler
from . import exponential as exponential
from . import multistep as multistep
from . import restart as restart
from . import sde as sde
from . import singlestep as singlestep
from . import singlestep_sde as singlestep_sde
from . import unipc as unipc
