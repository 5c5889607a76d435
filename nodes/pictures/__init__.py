"""Picture files: what is in them, in and out, and what a name or a line of text may say."""

from .inside import workflow_in as workflow_in
