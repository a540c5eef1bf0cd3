"""How tables of this stage look in a notebook, in light and dark themes alike: colour only at the edge of a row."""

STYLE = (
    "<style>.privlex-table td,.privlex-table th{text-align:left!important;vertical-align:top!important}"
    ".privlex-table td:first-child{border-left:5px solid transparent}"
    ".privlex-table .added td:first-child{border-left-color:#3a8a45}"
    ".privlex-table .dropped td:first-child{border-left-color:#c4473d}"
    ".privlex-table .changed td:first-child{border-left-color:#c98a1b}</style>"
)
