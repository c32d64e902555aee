"""One file a command: options and help here, the work in the room that is imported when it runs."""
