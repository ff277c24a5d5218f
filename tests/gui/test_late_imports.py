"""What pyvista imports for others is there for whoever uses it, and costs nothing before."""

import subprocess
import sys


def output_of(script: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_that_the_window_is_imported_without_pyplot_and_charts_work_all_the_same() -> None:
    script = """
import sys
from mogvae_gui.app import start_quickly
start_quickly()
import mogvae_gui.window_process
print('matplotlib.figure' in sys.modules, 'matplotlib.backend_bases' in sys.modules)
import matplotlib
matplotlib.use('agg')
import pyvista.plotting.charts as charts
figure, _ = charts.plt.subplots()
print(type(figure).__name__, len(charts.plt.get_fignums()))
import matplotlib.pyplot as plt
print(plt.get_fignums() == charts.plt.get_fignums(), plt is sys.modules['matplotlib.pyplot'])
from matplotlib.backends.backend_agg import FigureCanvasAgg
print(type(charts.ChartMPL(figure)._canvas) is FigureCanvasAgg)
"""
    assert output_of(script) == ["False", "False", "Figure", "1", "True", "True", "True"]


def test_that_the_canvas_makes_way_for_the_real_one_at_once() -> None:
    script = """
import sys
from mogvae_gui.app import start_quickly
start_quickly()
import pyvista.plotting
print('matplotlib.backends.backend_agg' in sys.modules)
from matplotlib.backends.backend_agg import FigureCanvasAgg
print(isinstance(FigureCanvasAgg, type))
"""
    assert output_of(script) == ["False", "True"]


def test_that_the_type_checker_is_not_imported_with_the_window() -> None:
    script = """
import sys
from mogvae_gui.app import start_quickly
start_quickly()
import mogvae_gui.window_process
print('mypy.nodes' in sys.modules)
"""
    assert output_of(script) == ["False"]


def test_that_pyplot_that_is_there_already_stays() -> None:
    script = """
import sys
import matplotlib.pyplot as plt
from mogvae_gui.late_imports import import_late
import_late()
print(sys.modules['matplotlib.pyplot'] is plt)
"""
    assert output_of(script) == ["True"]


def test_that_looking_through_all_modules_does_not_import_it() -> None:
    script = """
import inspect, sys
from mogvae_gui.late_imports import import_late
import_late()
for module in list(sys.modules.values()):
    hasattr(module, '__file__')
inspect.getmodule(inspect.currentframe())
print('matplotlib.figure' in sys.modules)
"""
    assert output_of(script) == ["False"]
