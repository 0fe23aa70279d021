"""CPS: the material of a case (CP20) or a charge by POST."""
