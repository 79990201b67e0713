"""Routes that change something. Their bodies are checked by the models of `messages.requests`."""
