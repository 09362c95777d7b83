"""The sample season of the demo: units that have answered for weeks, through the same door as everybody else."""
