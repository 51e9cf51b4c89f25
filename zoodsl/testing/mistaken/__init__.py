"""Wrong specs: each with one mistake that is known, or changed by chance."""
