"""Sound in and out: formats, files and devices."""
