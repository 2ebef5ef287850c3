"""Long work that people wait for: begun with its job, reported as it goes, the same for everybody who looks."""

from dibs.models.runs import FinishedRun, NewRun, RunProblem, RunState, RunView
from dibs.runs.desk import RunDesk
from dibs.runs.run import Run
from dibs.runs.service import Runs

__all__ = ["FinishedRun", "NewRun", "Run", "RunDesk", "RunProblem", "RunState", "RunView", "Runs"]
