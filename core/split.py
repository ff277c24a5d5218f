"""Which side of the split a chair belongs to, by its content: it keeps its side for good."""

import hashlib
from typing import Literal, get_args

Split = Literal["train", "test"]

SPLITS: tuple[Split, ...] = get_args(Split)

TEST_SHARE = 0.2


def split_of(content_hash: str, seed: int = 0, test_share: float = TEST_SHARE) -> Split:
    """The side for a chair of this content: a fixed, seeded draw with P(test) = `test_share`.

    Equal content lands on the same side whatever else is imported, so no shape leaks from
    training into testing, and adding chairs never moves the ones that are there.
    """
    digest = hashlib.blake2b(f"split {seed} {content_hash}".encode(), digest_size=8).digest()
    draw = int.from_bytes(digest, "little") / 2**64
    return "test" if draw < test_share else "train"
