"""The key bindings of the heatmap screen, each listed once."""

from __future__ import annotations

from hybrid_tui.tui.keys import Command

COMMANDS = tuple(
    command._replace(scope="bias")
    for command in (
        Command("measure", "f2,m", "Choose what is measured", "Measure"),
        Command("next_measure(1)", "ctrl+n,n", "Next measure", name="next_measure"),
        Command("next_measure(-1)", "ctrl+b,N", "Previous measure", name="previous_measure"),
        Command("layout", "f3,v", "One model, two and their difference, or all of them", "Layout"),
        Command("order", "f4,o", "Order of languages: code, family, value", "Order"),
        Command("choose(0)", "f5,a", "Choose the first model", name="first"),
        Command("choose(1)", "f6,b", "Choose the second model", name="second"),
        Command("scale", "f7,s", "One scale for all heatmaps, or one each"),
        Command("colours", "f8,c", "Next colour map: cividis, viridis, magma"),
        Command("queries", "ctrl+g,d", "Queries behind the cell, worst first", "Queries"),
        Command("export", "ctrl+s,e", "Export the heatmap, or the screen"),
        Command("turn(1)", "tab", "Next heatmap", name="next"),
        Command("turn(-1)", "shift+tab", "Previous heatmap", name="previous"),
        Command("again", "ctrl+r,r", "Evaluate what is not evaluated, measure again what has failed"),
        Command("leave", "escape", "Back to the search", "Back"),
    )
)

HELP = """\
*  the two models differ there beyond chance: p < .05 in a paired
test over questions, adjusted for all cells (Holm)
†  trained on some of these questions: its figures tell less of new ones
mean  over other languages; what was not measured is left out
n  questions, queries or pairs of them: what the figure is a mean over
MRC@10  how alike two versions of a question score the ten best of both:
100 for the same order, below 0 where each puts others first
orange, purple: less, more than the first model"""
