"""Work that needs memory and nothing else; by itself, for a process imports it."""


class Filling:
    """Holds so many MiB for a moment."""

    def __init__(self, mebibytes: int) -> None:
        self._mebibytes = mebibytes

    def __call__(self) -> None:
        bytearray(b"x") * (self._mebibytes * 2**20)
