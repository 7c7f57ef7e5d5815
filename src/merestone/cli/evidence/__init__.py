"""The words of ``merestone evidence``."""
