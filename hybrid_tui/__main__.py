"""`python -m hybrid_tui` is `hybrid-tui`."""

from hybrid_tui.cli.app import main

main()
