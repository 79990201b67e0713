"""The stores behind the audit's seams: `aws` adapters, and those over the stores of the state."""
