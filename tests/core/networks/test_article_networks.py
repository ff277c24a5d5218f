import pytest
import torch
from torch import Tensor, nn

from core.networks import LOG_VARIANCE_RANGE, ArticleDecoder, ArticleEncoder
from core.networks.article_encoder import clamp_keeping_way_back


def parameter_count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def random_clouds(batch: int, points: int, seed: int = 0) -> Tensor:
    return torch.randn(batch, points, 3, generator=torch.Generator().manual_seed(seed))


def gradients(module: nn.Module) -> dict[str, Tensor]:
    found = {}
    for name, parameter in module.named_parameters():
        assert parameter.grad is not None, name
        found[name] = parameter.grad.clone()
    return found


def test_that_the_networks_have_the_studys_number_of_parameters() -> None:
    assert parameter_count(ArticleEncoder(latent=3)) == 799_173
    assert parameter_count(ArticleDecoder(latent=3, points=5000)) == 17_592_712


def test_that_batch_norm_after_the_max_adds_two_numbers_a_channel_of_the_head() -> None:
    extra = parameter_count(ArticleEncoder(3, batch_norm_after_max=True)) - 799_173

    assert extra == 2 * (512 + 256 + 9)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("points", [1, 7, 1024, 2500])
def test_that_the_critical_points_give_the_value_and_gradient_of_all_points(
    batch_norm: bool, points: int
) -> None:
    torch.manual_seed(1)
    encoder = ArticleEncoder(latent=4, batch_norm_after_max=batch_norm).double()
    clouds = random_clouds(3, points).double().requires_grad_()
    results: list[tuple[Tensor, Tensor, dict[str, Tensor]]] = []
    for forward in (encoder.forward, encoder.forward_plain):
        encoder.zero_grad()
        clouds.grad = None
        mean, log_variance = forward(clouds)
        torch.autograd.backward(mean.sin().sum() + log_variance.square().sum())
        assert clouds.grad is not None
        results.append((mean, log_variance, gradients(encoder) | {"clouds": clouds.grad}))

    (fast_mean, fast_log_variance, fast), (mean, log_variance, plain) = results
    torch.testing.assert_close(fast_mean, mean)
    torch.testing.assert_close(fast_log_variance, log_variance)
    torch.testing.assert_close(fast, plain)


def test_that_encoding_without_gradient_gives_the_same_codes() -> None:
    encoder = ArticleEncoder(batch_norm_after_max=True).eval()
    clouds = random_clouds(2, 1500)

    with torch.no_grad():
        mean, log_variance = encoder(clouds)

    plain_mean, plain_log_variance = encoder.forward_plain(clouds)
    torch.testing.assert_close(mean, plain_mean, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(log_variance, plain_log_variance, atol=1e-5, rtol=1e-4)


def test_that_the_code_does_not_depend_on_the_order_of_the_points() -> None:
    encoder = ArticleEncoder().eval()
    clouds = random_clouds(2, 600)
    shuffled = clouds[:, torch.randperm(600, generator=torch.Generator().manual_seed(3))]

    torch.testing.assert_close(encoder(shuffled), encoder(clouds), atol=1e-6, rtol=1e-4)


def test_that_points_which_win_no_channel_do_not_count() -> None:
    encoder = ArticleEncoder().eval()
    clouds = random_clouds(1, 400)
    critical = torch.unique(encoder.critical_points(clouds)[0])

    assert len(critical) < 400
    torch.testing.assert_close(encoder(clouds[:, critical]), encoder(clouds))


def test_that_a_point_that_is_not_finite_shows_in_the_code() -> None:
    clouds = random_clouds(1, 3000)
    clouds[0, 2000, 1] = torch.nan

    for mean in (ArticleEncoder()(clouds)[0], ArticleEncoder().forward_plain(clouds)[0]):
        assert mean.isnan().all()


def test_that_half_precision_finds_its_way_through_the_critical_points() -> None:
    encoder = ArticleEncoder()
    clouds = random_clouds(2, 1500)
    wanted = encoder(clouds)[0]

    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = encoder(clouds)[0]
    half = encoder.bfloat16()(clouds.bfloat16())[0]

    torch.testing.assert_close(mixed.float(), wanted, atol=0.02, rtol=0.05)
    torch.testing.assert_close(half.float(), wanted, atol=0.02, rtol=0.05)


def test_that_the_log_variance_keeps_its_range() -> None:
    encoder = ArticleEncoder()
    with torch.no_grad():
        encoder.log_variance.bias.copy_(torch.tensor([-50.0, 0.0, 50.0]))

    log_variance = encoder(random_clouds(1, 50))[1][0]

    lowest, highest = LOG_VARIANCE_RANGE
    assert log_variance[0] == lowest
    assert lowest < log_variance[1] < highest
    assert log_variance[2] == highest


def test_that_a_clamped_value_keeps_only_the_gradient_that_leads_back() -> None:
    values = torch.tensor([-9.0, -9.0, 0.0, 5.0, 5.0], requires_grad=True)
    wanted = torch.tensor([1.0, -1.0, 1.0, 1.0, -1.0])  # descent goes against these

    torch.autograd.backward((clamp_keeping_way_back(values, -6.0, 2.0) * wanted).sum())

    assert values.grad is not None
    assert values.grad.tolist() == [0.0, -1.0, 1.0, 1.0, 0.0]


def test_that_a_batch_of_one_cloud_trains_with_batch_norm() -> None:
    encoder = ArticleEncoder(batch_norm_after_max=True).train()

    mean, _ = encoder(random_clouds(1, 100))

    torch.autograd.backward(mean.sum())
    assert mean.isfinite().all()


def test_that_chairs_start_apart_with_batch_norm_after_the_max() -> None:
    torch.manual_seed(0)
    clouds = random_clouds(16, 300) * torch.linspace(0.9, 1.1, 16)[:, None, None]

    with torch.no_grad():
        spread = ArticleEncoder(batch_norm_after_max=True)(clouds)[0].std(dim=0).mean()
        spread_without = ArticleEncoder()(clouds)[0].std(dim=0).mean()

    assert spread > 5 * spread_without


@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 4), (2, 0, 3)])
def test_that_clouds_of_a_wrong_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="batch, points, 3"):
        ArticleEncoder()(torch.zeros(shape))


def test_that_the_decoder_is_the_studys_stack_of_transposed_convolutions() -> None:
    decoder = ArticleDecoder(latent=2, points=20)
    codes = torch.randn(4, 2, generator=torch.Generator().manual_seed(5))
    relu = torch.relu

    features = codes
    for layer in decoder.code_layers:
        features = relu(layer(features))
    channels = relu(decoder.channel_convolution(features[:, :, None]))  # (4, 1024, 1)
    axes = relu(decoder.axis_convolution(channels))  # (4, 2048, 3)
    expected = decoder.point_layer(axes.transpose(1, 2)).transpose(1, 2)

    assert axes.shape == (4, 2048, 3)
    torch.testing.assert_close(decoder(codes), expected)
