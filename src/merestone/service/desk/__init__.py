"""A party's desk: what a user does with the joint record, one function for each intention."""
