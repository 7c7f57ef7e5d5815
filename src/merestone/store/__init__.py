"""The disk, and the network between two desks: one file a record, and nothing lost."""
