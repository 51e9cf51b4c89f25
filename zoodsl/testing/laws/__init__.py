"""Laws of specs, stated and derived, and their trial."""
