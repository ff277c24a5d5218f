from core.split import split_of


def test_that_a_fifth_is_for_testing() -> None:
    tests = sum(split_of(f"{number:x}") == "test" for number in range(10_000))
    assert abs(tests - 2000) < 4 * (10_000 * 0.2 * 0.8) ** 0.5


def test_that_content_keeps_its_side_and_a_seed_draws_anew() -> None:
    hashes = [f"{number:x}" for number in range(200)]
    assert [split_of(each, 3) for each in hashes] == [split_of(each, 3) for each in hashes]
    assert [split_of(each, 3) for each in hashes] != [split_of(each, 4) for each in hashes]


def test_that_a_share_of_nothing_or_all_is_kept_to() -> None:
    assert split_of("a", test_share=0.0) == "train"
    assert split_of("a", test_share=1.0) == "test"
