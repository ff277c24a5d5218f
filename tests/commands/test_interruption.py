"""Ctrl+C and SIGTERM."""

import signal

import pytest

from mogvae_gui.commands.interruption import Interruption


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_the_first_signal_is_a_request_and_the_second_an_end(number: signal.Signals) -> None:
    with Interruption() as interruption:
        assert not interruption.is_asked
        signal.raise_signal(number)
        assert interruption.is_asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_that_the_handlers_of_before_come_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Interruption():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
