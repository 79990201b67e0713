"""The models of what goes over the wire. Only `changing` and the API's description load them."""
