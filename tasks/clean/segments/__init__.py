"""Split documents into main text, boilerplate and comments, from plain text and from HTML.

Text becomes lines (`lines`, `render`), lines are measured (`looks`, `features`), the document's shape is read
(`layout`: main run, title, thread, hints), a classifier gives each line its label (`classify`) and a role follows
(`roles`). Segments tile the text: white space belongs to the segment before it, leading white space to the first.
Adjacent lines of one role form one segment, in a thread never across posts.
"""

from __future__ import annotations
