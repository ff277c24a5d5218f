"""Names that nobody else has: a name that is taken gets a number."""

from collections.abc import Iterable


class UniqueNames:
    """Hands out names. Many equal ones stay cheap: each stem remembers its next number."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next_number: dict[str, int] = {}

    def take(self, name: str) -> str:
        """`name`, or `name 2`, `name 3` … where it is taken; taken from now on."""
        unique = name
        while unique in self._taken:
            number = self._next_number.get(name, 2)
            self._next_number[name] = number + 1
            unique = f"{name} {number}"
        self._taken.add(unique)
        return unique
