"""Where do the numbers come from, what can they not say, what do our words mean?"""

from analysis import methods
from analysis.language import gettext as _
from pages.shared import cached, choose, explaining, frame, show

frame.require("viewer")
here, reader = cached.territory(), cached.reader(frame.role())

show.opening(
    _("Where the numbers come from, and what they cannot say"),
    methods.opening(here, cached.view()),
)
chosen = None
with choose.Row() as row:
    part = explaining.part(row)
    if part == "indicators":
        chosen = choose.any_indicator(row, here)

if part == "indicators":
    explaining.indicators(reader, here, chosen)
else:
    explaining.PARTS[part](reader, here)
