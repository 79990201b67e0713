"""What more than one part of Hoist needs: clock, AWS clients, errors, secrets, the CLI."""
