"""活动 activities: kinds, shifts, sign-ups."""
