"""Puts the bootstrap template (infra/bootstrap/template.yaml) onto the emulator."""

from local.bootstrap.deploy import BootstrapOutputs, deploy_bootstrap
from local.bootstrap.errors import BootstrapError

__all__ = ["BootstrapError", "BootstrapOutputs", "deploy_bootstrap"]
