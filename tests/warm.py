"""What a run needs, imported and loaded once: the processes of `tests.killing` are forked from one that has it.

Only plain Python and numpy are at work here. Arrow and DuckDB are imported and not used: their threads would not live
on in a forked process.
"""

import flows.direct
import flows.pipeline
import flows.report.write
import flows.upkeep  # noqa: F401 - see above
from tasks.clean.language import detect_languages
from tasks.clean.segments import segment_pages, segment_texts

TEXT = "A harbour report\n\nThe tide came in at noon, and the boats went out with the wind behind them for hours."

segment_texts([TEXT])
segment_pages([f"<html><body><p>{TEXT}</p></body></html>"])
detect_languages([TEXT, "Der Hafen war am Morgen still, und die Boote lagen noch fest.", "今天早上港口很安静。"])
