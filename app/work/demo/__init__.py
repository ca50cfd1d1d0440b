"""The main job, done for real on a new site: `countersign demo` (decision 4)."""
