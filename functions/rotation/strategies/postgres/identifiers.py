"""Names and texts as SQL writes them, for statements that take no parameters."""


def quoted(name: str) -> str:
    """The name, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text; with E, backslashes mean the same under every setting of the server."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
