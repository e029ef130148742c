"""A dark page measured in pixels from its upper left corner."""

from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

PAGE: Final = "#111217"
PANEL: Final = "#181B1F"
EDGE: Final = "#2A2D33"
TEXT: Final = "#CCCCDC"
FAINT: Final = "#8B8D99"
GRID: Final = "#2A2D33"
_DPI: Final = 100


@dataclass(frozen=True)
class Box:
    """A rectangle on the page."""

    x: float
    y: float
    width: float
    height: float

    def inset(self, left: float, top: float, right: float, bottom: float) -> "Box":
        """A smaller one inside."""
        return Box(self.x + left, self.y + top, self.width - left - right, self.height - top - bottom)


class Canvas:
    """The page that panels are drawn on."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=PAGE)
        FigureCanvasAgg(self.figure)

    def text(self, x: float, y: float, words: str, **style: Any) -> None:
        """Words at a point; size in pixels, upper left unless said otherwise."""
        size = style.pop("size", 13)
        options = {"color": TEXT, "ha": "left", "va": "top", "family": "DejaVu Sans", "zorder": 3, **style}
        plain = words.replace("$", r"\$")
        self.figure.text(x / self.width, 1 - y / self.height, plain, fontsize=size * 72 / _DPI, **options)

    def block(self, box: Box, colour: str, *, edge: str | None = None, alpha: float = 1) -> None:
        """A filled rectangle."""
        corner = (box.x / self.width, 1 - (box.y + box.height) / self.height)
        size = (box.width / self.width, box.height / self.height)
        style: dict[str, Any] = {
            "facecolor": colour,
            "edgecolor": edge or "none",
            "alpha": alpha,
            "transform": self.figure.transFigure,
            "linewidth": 0.8,
            "zorder": 1,
        }
        shape = Rectangle(corner, *size, **style)
        self.figure.add_artist(shape)

    def axes(self, box: Box) -> Axes:
        """Axes on a rectangle, in the page's colours."""
        axes = self.figure.add_axes(
            (
                box.x / self.width,
                1 - (box.y + box.height) / self.height,
                box.width / self.width,
                box.height / self.height,
            )
        )
        axes.set_facecolor("none")
        axes.set_zorder(2)
        axes.tick_params(colors=FAINT, labelsize=7.5, length=0)
        axes.grid(visible=True, color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def fit(self, words: str, width: float, size: float = 12) -> str:
        """The words, cut to the width they have."""
        room = max(1, int(width / (size * 0.58)))
        return words if len(words) <= room else words[: room - 1] + "…"
