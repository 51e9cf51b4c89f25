"""The concrete syntax: text to tree and back. It knows no operator."""
