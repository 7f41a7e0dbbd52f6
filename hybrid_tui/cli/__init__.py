"""The command line: parse, call one room below, print."""
