"""Letters of cases (文书): ordered with the decision, written by a worker, kept as they were sent; a later one may take their place."""
