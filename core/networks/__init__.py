"""The networks of a shape VAE: an encoder of clouds, and decoders with one interface.

Axes: B clouds of a batch, N points of a cloud, d latent numbers of a code, C channels. Every
encoder maps (B, N, 3) to a mean (B, d) and a log-variance (B, d); every decoder maps (B, d) to
(B, N, 3), where index i is the same place of the shape for every code.
"""

from core.model_choices import DECODERS
from core.networks.article_decoder import ArticleDecoder
from core.networks.article_encoder import LOG_VARIANCE_RANGE, ArticleEncoder
from core.networks.blendshape_decoder import BlendshapeDecoder
from core.networks.decoder import Decoder, build_decoder
from core.networks.pointwise_decoder import PointwiseDecoder

__all__ = [
    "DECODERS",
    "LOG_VARIANCE_RANGE",
    "ArticleDecoder",
    "ArticleEncoder",
    "BlendshapeDecoder",
    "Decoder",
    "PointwiseDecoder",
    "build_decoder",
]
