"""The study's decoder: one fully connected network for all points of the cloud at once."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from core.networks.point_choice import choose_points


class ArticleDecoder(nn.Module):
    """Linear d→1024→512, transposed convolutions 512→1024→2048, Linear 2048→N, for x, y and z.

    The length of the second convolution (kernel 3) becomes the three axes: (B, 512, 1) →
    (B, 1024, 1) → (B, 2048, 3) → (B, N, 3). ReLU stands between the layers. 17,592,712
    parameters at d = 3 and N = 5,000.
    """

    def __init__(self, latent: int = 3, points: int = 5000) -> None:
        super().__init__()
        if latent < 1 or points < 1:
            raise ValueError(f"latent={latent} and points={points} must both be at least 1.")
        self.latent = latent
        self.points = points
        self.code_layers = nn.ModuleList([nn.Linear(latent, 1024), nn.Linear(1024, 512)])
        self.channel_convolution = nn.ConvTranspose1d(512, 1024, kernel_size=1)
        self.axis_convolution = nn.ConvTranspose1d(1024, 2048, kernel_size=3)
        self.point_layer = nn.Linear(2048, points)

    def forward(
        self,
        codes: Float[Tensor, "batch latent"],
        points: int | None = None,
        *,
        indices: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Float[Tensor, "batch decoded 3"]:
        """Decode clouds; see `choose_points` for which points. Unasked points cost nothing."""
        weight: Tensor = self.point_layer.weight
        bias: Tensor = self.point_layer.bias
        chosen = choose_points(self.points, points, indices, generator)
        if chosen is not None:
            chosen = chosen.to(weight.device, non_blocking=True)
            weight, bias = weight[chosen], bias[chosen]
        features = codes
        for layer in self.code_layers:
            features = functional.relu(layer(features))
        for convolution in (self.channel_convolution, self.axis_convolution):
            features = functional.relu(_convolve_single(convolution, features))
        # Points as rows of the product, and its other side with contiguous columns: for a single
        # cloud that takes less than half of the time of the other ways to write it.
        rows = features.view(len(codes), 2048, 3).transpose(1, 2).contiguous().view(-1, 2048)
        clouds = weight @ rows.T + bias[:, None]  # (points, batch · 3)
        return clouds.view(len(weight), len(codes), 3).transpose(0, 1)


def _convolve_single(convolution: nn.ConvTranspose1d, features: Tensor) -> Tensor:
    """Apply a transposed convolution to sequences of length one: (B, in) → (B, out · kernel).

    With one place in the sequence it is a matrix product, and much faster done as one.
    """
    kernel = convolution.weight.shape[-1]
    assert convolution.bias is not None  # both layers are made with a bias
    bias = convolution.bias.repeat_interleave(kernel)
    return torch.addmm(bias, features, convolution.weight.flatten(1))
