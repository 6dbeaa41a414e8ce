"""The care calendar (养护日程): its lines, their duties, runs of many plots, who was asked to a duty."""
