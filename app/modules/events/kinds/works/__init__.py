"""Works 作品征集: members send works, staff look at each, members vote, and the ranking says who wins."""
