"""The screen of heatmaps: what is measured by pair of languages, and the questions behind a cell."""
