"""Records as the API shows them. Secret values are never in them unless they were asked for."""
