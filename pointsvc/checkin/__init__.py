"""考勤 checkin: codes, scans, attendance."""
