"""From labelled sets to shipped weights; torch and transformers are needed here and nowhere else."""
