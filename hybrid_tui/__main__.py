"""`hybrid-tui`, and `python -m hybrid_tui`: a command, or what completes one in a shell."""

import os


def main() -> None:
    """Run the command line; what completes one loads none of it."""
    if os.environ.get("_HYBRID_TUI_COMPLETE", "").startswith("complete_"):
        from hybrid_tui.cli.shell_completion import complete

        if complete():
            return
    from hybrid_tui.cli.app import main as run

    run()


if __name__ == "__main__":
    main()
