"""Transposed convolution 2D: filters that paint a larger picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.array_params import PaddingParam, PairParam
from explorer.convolution import BIAS, DILATIONS, FILTERS, GROUPS, KERNEL, STRIDES, Convolution
from explorer.kind import Fix, Shape, ShapeProblem, show_shape
from explorer.weight_params import WEIGHT_PARAMS
from explorer.windows import Places


class ConvTranspose2d(Convolution):
    """Paints a larger picture: each number of the input adds its filters, times itself, at the place it stands for.

    It is the way back of a convolution, and does forward what a convolution does with its errors. The stride is how far
    apart two neighbours of the input paint.

    Formula: z_f,y,x = b_f + Σ w_c,f,i,j · x_c,(y−i+p)/s,(x−j+p)/s, over the channels c and the cells i, j for which
    these places are whole and inside.

    Shapes: channels×height×width in, filters×height×width out; a width w, a kernel e, a padding p and a stride s
    give (w − 1)s + e − 2p, plus the output padding; dilation d widens the kernel to d(e − 1) + 1. Padding same gives
    s·w. Weights: channels × filters / groups × kernel, and a bias per filter.

    When to use it: where a picture grows: decoders, generators, segmentation. A kernel that the stride divides
    paints evenly; others leave a checkerboard, which upsampling before a convolution avoids.

    Source: Zeiler et al., Deconvolutional networks, 2010; Dumoulin and Visin, A guide to convolution arithmetic for
    deep learning, 2016.
    """

    id = "conv_transpose2d"
    title = "Transposed conv 2D"
    icon = "mdi6.grid-large"
    torch_name = "ConvTranspose2d"
    synonyms = ("deconvolution", "deconv", "upsample", "upconvolution", "fractionally strided", "decoder", "generator")
    transposed = True
    unit_axis = 1
    params = (
        FILTERS,
        KERNEL,
        STRIDES,
        PaddingParam(
            "padding", "valid", "Padding", "Cells cut off each side: none, as many as give stride × size, or a number."
        ),
        BIAS,
        DILATIONS,
        GROUPS,
        PairParam(
            "output_padding",
            (0, 0),
            "Output padding",
            "Rows and columns added below and to the right; less than the stride or the dilation. Padding same adds "
            "its own.",
            minimum=0,
            advanced=True,
        ),
        *WEIGHT_PARAMS,
    )

    def before(self, params: Mapping[str, Any], reach: Places) -> Places:
        """How many cells are cut off above and to the left."""
        if params["padding"] == "same":
            return tuple(max(0, -(-too_many // 2)) for too_many in _surplus(params, reach))
        return super().before(params, reach)

    def sizes(self, params: Mapping[str, Any], shape: Shape) -> Places:
        """The sizes of the output; raises ShapeProblem if nothing is left, or too much would be added."""
        window = self.window(params)
        extra = self._extra(params, window.reach)
        if any(add >= max(apart, step) for add, apart, step in zip(extra, window.stride, window.dilation, strict=True)):
            if params["padding"] == "same":
                raise ShapeProblem(
                    f"cannot cut a {show_shape(window.size)} kernel to the size evenly (padding same).",
                    Fix("Set padding to valid", set=(("padding", "valid"),)),
                )
            raise ShapeProblem(
                f"has an output padding of {show_shape(extra)}, which must be less than its stride "
                f"{show_shape(window.stride)} or its dilation.",
                Fix("Set output padding to 0", set=(("output_padding", (0, 0)),)),
            )
        sizes = tuple(
            (size - 1) * apart + reach + 1 - 2 * before + add
            for size, apart, reach, before, add in zip(
                shape[1:], window.stride, window.reach, window.before, extra, strict=True
            )
        )
        if min(sizes) < 1:
            raise ShapeProblem(
                f"has nothing left of its output after {params['padding']} cells are cut off each side.",
                Fix("Set padding to valid", set=(("padding", "valid"),)),
            )
        return sizes

    def torch_options(self, params: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Torch has no padding same: the number of cells that gives it, and the output padding."""
        window = self.window(params)
        extra = self._extra(params, window.reach)
        options = super().torch_options(params)
        return options | {"padding": (window.before, (0, 0)), "output_padding": (extra, (0, 0))}

    @staticmethod
    def _extra(params: Mapping[str, Any], reach: Places) -> Places:
        """Rows and columns that are added below and to the right."""
        if params["padding"] != "same":
            return tuple(params["output_padding"])
        return tuple(too_many % 2 if too_many > 0 else -too_many for too_many in _surplus(params, reach))


def _surplus(params: Mapping[str, Any], reach: Places) -> Places:
    """How much larger than stride × size the output would be without cutting, along each axis."""
    return tuple(distance + 1 - apart for distance, apart in zip(reach, params["stride"], strict=True))
