"""Which variables a child may see."""

from orchestrator.engine.environment import allow_listed

ENVIRON = {"PATH": "/bin", "HOME": "/root", "AWS_REGION": "eu-west-1", "TOKEN": "x", "LC_ALL": "C"}


def test_only_listed_names_pass() -> None:
    """What is not on the list is not passed on; what is missing is not made up."""
    assert allow_listed(ENVIRON, {"PATH", "LANG"}) == {"PATH": "/bin"}


def test_prefixes_pass_whole_families() -> None:
    """A name passes by its beginning, too."""
    assert allow_listed(ENVIRON, {"HOME"}, ["LC_", "AWS_"]) == {
        "HOME": "/root",
        "AWS_REGION": "eu-west-1",
        "LC_ALL": "C",
    }
