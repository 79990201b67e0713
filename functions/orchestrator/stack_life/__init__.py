"""What concerns a stack and its runs together: asking for a run, and removing the stack."""
