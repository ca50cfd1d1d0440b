"""Training records: begun, corrected, declared void, and what comes next on them (R-REC-02, R-REC-11, R-REC-12)."""
