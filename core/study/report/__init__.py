"""A study for people: one page that needs no network, the same as Markdown, tables as CSV.

    OUT/report.html       everything, pictures inside
    OUT/report.md         the same, pictures beside it
    OUT/models.csv        means of each model and loss
    OUT/comparisons.csv   every comparison
    OUT/chairs.csv        every chair, model, loss and seed
    OUT/pictures/

Names of chairs come from files of strangers: every one is escaped.
"""

from core.study.report.writing import ReportProgress, write_report

__all__ = ["ReportProgress", "write_report"]
