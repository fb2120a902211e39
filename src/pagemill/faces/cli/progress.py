"""The progress of many files, on standard error: files done, pages a second and the time left."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from pagemill.faces.cli.output import errors


class PagesPerSecond(ProgressColumn):
    """Pages so far, per second since the start."""

    def render(self, task: Task) -> Text:
        """The column's text."""
        seconds = task.elapsed or 0.0
        return Text(f"{task.fields['pages'] / seconds:.1f} pages/s" if seconds else "")


def progress_bar(*, hidden: bool) -> Progress:
    """A bar that goes when it is done; none at all if `hidden` or if nobody looks."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        PagesPerSecond(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=hidden or not errors.is_terminal,
    )
