"""The graph: from what sources state to claims, from accepted claims to facts, from facts to derived facts."""
