"""What is done (养护记录、报修、验收、没人去): the day, reports, defects, inspections, gaps."""
