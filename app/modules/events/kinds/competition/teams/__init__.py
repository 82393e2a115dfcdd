"""Teams 团队: who forms one, who is in it, and handing its registration in."""
