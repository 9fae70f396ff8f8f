"""Ways to reach the application: a wire carries one HTTP request and brings back what came. Nothing else."""
