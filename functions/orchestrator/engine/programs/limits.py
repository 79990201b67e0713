"""How large a program may be; the client that packs and the worker that unpacks share them."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The defaults fit a worker; tests pass smaller ones."""

    # A project with its vendored packages; a provider's SDK alone has some 5,000 files.
    files: int = 20_000
    # A worker's /tmp (512 MB unless paid for) also holds the engine's home, plugins and plans.
    unpacked_bytes: int = 200 * MEBIBYTE
    # Client and worker each hold the zip in memory.
    archive_bytes: int = 100 * MEBIBYTE
    # One file is held in memory while it is packed; the largest native modules take 80 MB.
    file_bytes: int = 100 * MEBIBYTE
    # A quarter of PATH_MAX (4096): the rest is for the directory that the worker unpacks into.
    path_bytes: int = 1024
    # NAME_MAX of every file system that a worker or a laptop uses.
    name_bytes: int = 255
    # Source code shrinks 4 times and JSON 20 times; deflate can reach 1,030 times, for bombs.
    ratio: int = 100
    # Below this a high ratio harms nobody: a few empty-looking files are no bomb.
    ratio_free_bytes: int = 10 * MEBIBYTE

    def unpacked_allowance(self, archive_bytes: int) -> int:
        """How many bytes may come out of an archive of this size."""
        by_ratio = max(self.ratio_free_bytes, self.ratio * archive_bytes)
        return min(self.unpacked_bytes, by_ratio)


DEFAULT_LIMITS = Limits()
