"""Every action of the heatmaps once, as `tui.keys` has those of the search screen."""

from __future__ import annotations

from hybrid_tui.tui.keys import Command

COMMANDS = (
    Command("help", "f1", "Help on heatmaps", "Help"),
    Command("measure", "f2,m", "Choose what is measured", "Measure"),
    Command("next_measure(1)", "ctrl+n,n", "Next measure"),
    Command("next_measure(-1)", "ctrl+b,N", "Previous measure"),
    Command("layout", "f3,v", "One model, two and their difference, or all of them", "Layout"),
    Command("order", "f4,o", "Order of languages: code, family, value", "Order"),
    Command("choose(0)", "f5,a", "Choose the first model"),
    Command("choose(1)", "f6,b", "Choose the second model"),
    Command("scale", "f7,s", "One scale for all heatmaps, or one each"),
    Command("colours", "f8,c", "Next colour map: cividis, viridis, magma"),
    Command("queries", "ctrl+g,d", "Queries behind the cell, worst first", "Queries"),
    Command("turn(1)", "tab", "Next heatmap"),
    Command("turn(-1)", "shift+tab", "Previous heatmap"),
    Command("again", "ctrl+r,r", "Measure again what has failed"),
    Command("leave", "escape,f9", "Back to the search", "Back"),
)

HELP = """\
Rows and columns are languages, a cell is a measure of a model for
such a pair. The lines below tell the cell under the cursor: value,
95 % interval over questions, number of values, difference, p.

F1  this help               F6 b  the second model
F2 m  what is measured      F7 s  one scale for all, or one each
^N n ^B N  next, previous   F8 c  cividis, viridis, magma
F3 v  one model, two and their difference, or all in small
F4 o  order: code, family, value      Tab Shift+Tab  other heatmaps
F5 a  the first model       ^R r  measure again what has failed
↑ ↓ ← → h j k l Home End PgUp PgDn  cells      ^P every command
Enter ^G d  questions behind a cell, worst first; Enter on one of
them asks it in the search            Esc F9  back, stops what runs

*  the two models differ there beyond chance: p < .05 in a paired
test over questions, adjusted for all cells (Holm)
mean  over other languages; what was not measured is left out
orange, purple: less, more than the first model"""
