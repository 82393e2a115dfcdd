"""Decision letters of cases (决定书): ordered with the decision, written by a worker, kept as they were sent."""
