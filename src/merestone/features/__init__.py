"""What lies at the line: settlements, roads, waters, districts and marks, by source."""
