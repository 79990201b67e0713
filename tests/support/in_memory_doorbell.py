"""A doorbell that keeps its rings, for a test to deliver, repeat or lose."""


class InMemoryDoorbell:
    """Implements orchestrator.runs.doorbell.Doorbell."""

    def __init__(self) -> None:
        self.rings: list[str] = []

    def ring(self, stack_id: str) -> None:
        self.rings.append(stack_id)
