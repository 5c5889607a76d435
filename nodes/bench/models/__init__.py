"""Models that benches are measured on."""
