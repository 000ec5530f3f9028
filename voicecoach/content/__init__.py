"""Reading the YAML under ``prompts/`` into typed values, strictly.

The only part that knows YAML. Every fault names the file, the line and what to do about it.
"""
