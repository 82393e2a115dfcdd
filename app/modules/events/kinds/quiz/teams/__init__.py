"""Teams 团队竞答: who forms one, who is in it, and how they are ranked. Each answers their own papers."""
