"""What the program of Hoist's own stack refuses."""

import pulumi


class SettingsError(pulumi.RunError):
    """A setting that cannot be used. A RunError is shown by the engine without a traceback."""
