import time, cProfile, pstats
from tests.gui.presenters.test_training_presenter import training_studio, start, wait_for_epoch
from tests.gui.conftest import *
def test_x(training_studio, qtbot):
    s=training_studio
    qtbot.wait(2000)
    print("\nEPOCHS", s.training.last_report.epoch)
    t=time.time(); s.trainings._worker.stop(); print("stop", time.time()-t)
    t=time.time(); s.trainings._thread.end(); print("end", time.time()-t)
    s.trainings._worker=s.trainings._thread=None
    for n in ("jobs.stop_all","evaluation_jobs.stop_all","evaluations.stop","comparison.stop","model.stop","stage_presenter.stop","library.stop"):
        a,b=n.split(".")
        t=time.time(); getattr(getattr(s,a),b)(); print(n, time.time()-t)
    t=time.time(); s.window.close_now(); print("close", time.time()-t)
    t=time.time(); QApplication=__import__("PySide6.QtWidgets").QtWidgets.QApplication; QApplication.processEvents(); print("events", time.time()-t)
