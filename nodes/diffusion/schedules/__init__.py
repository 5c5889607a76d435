"""One function for each schedule, grouped by what it is made of; `SCHEDULES` has all by name."""

from nodes.diffusion.schedule import MOST as MOST
from nodes.diffusion.schedule import SCHEDULES as SCHEDULES
from nodes.diffusion.schedule import schedule as schedule

from . import entries as entries
from . import formula as formula
from . import published as published
